"""IAM: users and their credentials, groups, roles, policies, certificates, identity providers, the root user."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from .core import ACCOUNT, GLOBAL, PARTNER_ACCOUNT, Copy, Estate, allow, deny, policy, tags, trust

AWS = "arn:aws:iam::aws:policy"

GROUPS = {
    "administrators": f"{AWS}/AdministratorAccess",
    "developers": f"{AWS}/PowerUserAccess",
    "auditors": f"{AWS}/SecurityAudit",
    "billing": f"{AWS}/job-function/Billing",
}


@dataclass(frozen=True)
class Key:
    """An access key: its age, when it was last used (None: never), whether it is active."""

    days: float
    used: float | None
    active: bool = True


@dataclass(frozen=True)
class User:
    """A user. `login` is the days since the last console sign-in (None: never), `console` whether there is one."""

    name: str
    team: str
    days: int
    groups: tuple[str, ...] = ()
    console: bool = False
    login: float | None = None
    mfa: bool = False
    keys: tuple[Key, ...] = ()
    inline: str | None = None
    attached: str | None = None


EVERYTHING = policy(allow("*", "*"))
READ_REPORTS = policy(allow("s3:GetObject", "arn:aws:s3:::acme-prod-invoices/*"))

USERS = (
    User("anna.schmidt", "platform", 900, ("administrators",), console=True, login=2, mfa=True),
    User("ben.okafor", "platform", 700, ("developers",), console=True, login=1, mfa=True, keys=(Key(30, 1),)),
    # No MFA
    User("carla.rossi", "shop", 400, ("developers",), console=True, login=4),
    # Password idle for 120 days
    User("david.lind", "shop", 800, ("developers",), console=True, login=120, mfa=True),
    # Access key older than 90 days, in use
    User("erin.walsh", "data", 600, ("developers",), console=True, login=6, mfa=True, keys=(Key(200, 3),)),
    # Two active keys
    User("felix.braun", "data", 500, ("developers",), keys=(Key(20, 2), Key(40, 9))),
    User("grace.hopkins", "finance", 300, ("billing",), console=True, login=8, mfa=True, inline=READ_REPORTS),
    User("hugo.martin", "finance", 300, console=True, login=5, mfa=True, attached=f"{AWS}/ReadOnlyAccess"),
    # Password never used: 90 days since it was set, 10 days since it was set
    User("ivan.petrov", "shop", 90, ("developers",), console=True, mfa=True),
    User("julia.nowak", "shop", 10, ("developers",), console=True, mfa=True),
    User("karim.haddad", "security", 60, ("auditors",)),
    User(
        "break-glass-admin",
        "security",
        1000,
        console=True,
        login=300,
        mfa=True,
        attached=f"{AWS}/AdministratorAccess",
    ),
    # Full administration in an inline policy
    User("svc-terraform", "platform", 100, keys=(Key(15, 1),), inline=EVERYTHING),
    User("svc-backup", "platform", 200, ("developers",), keys=(Key(60, 1),)),
    User("svc-ci-deploy", "platform", 400, ("developers",), keys=(Key(400, 0.1),)),
    # Active key that was never used
    User("svc-legacy-ftp", "shop", 800, ("developers",), keys=(Key(800, None),)),
    # Old key, but disabled
    User("svc-metrics", "platform", 500, ("developers",), keys=(Key(300, 250, active=False),)),
)


@dataclass(frozen=True)
class Role:
    """A role: who may assume it and what is attached."""

    name: str
    trust: str
    attached: tuple[str, ...] = ()
    used: float | None = 3
    inline: str | None = None
    # Everyone may assume it; every customer of a shared identity provider may
    public: bool = False
    any_tenant: bool = False
    days: float = 400


GITHUB = {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"}
ONLY_MAIN = {
    "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
    "StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/shop:ref:refs/heads/main"},
}

ONLY_AUDIENCE = {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}

ROLES = (
    Role("acme-ec2-app", trust({"Service": "ec2.amazonaws.com"}), (f"{AWS}/CloudWatchAgentServerPolicy",)),
    Role("acme-lambda-orders", trust({"Service": "lambda.amazonaws.com"})),
    Role(
        "acme-support",
        trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
        (f"{AWS}/AWSSupportAccess",),
        used=None,
    ),
    Role("acme-platform-admin", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), (f"{AWS}/AdministratorAccess",)),
    Role("acme-ci-deploy", trust(GITHUB, "sts:AssumeRoleWithWebIdentity", Condition=ONLY_MAIN)),
    Role(
        "acme-vendor-audit",
        trust(
            {"AWS": f"arn:aws:iam::{PARTNER_ACCOUNT}:root"},
            Condition={"StringEquals": {"sts:ExternalId": "acme-7f3a"}},
        ),
        (f"{AWS}/SecurityAudit",),
    ),
    # Another company's account, no external id
    Role("acme-vendor-legacy", trust({"AWS": f"arn:aws:iam::{PARTNER_ACCOUNT}:root"}), used=400),
    # Anyone at all
    Role("acme-public-reader", trust("*"), (f"{AWS}/AmazonS3ReadOnlyAccess",), used=None, public=True),
    # Anyone who knows a word that is in every template
    Role(
        "acme-external-id",
        trust({"AWS": "*"}, Condition={"StringEquals": {"sts:ExternalId": "changeme"}}),
        public=True,
    ),
    # Any repository of GitHub
    Role(
        "acme-ci-preview",
        trust(GITHUB, "sts:AssumeRoleWithWebIdentity", Condition=ONLY_AUDIENCE),
        any_tenant=True,
    ),
    # Everything, inline; made two weeks ago and not used yet
    Role("acme-migration", trust({"Service": "ec2.amazonaws.com"}), used=None, inline=EVERYTHING, days=14),
    # Anyone of the own organisation
    Role(
        "acme-org-reader",
        trust({"AWS": "*"}, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-acme12345"}}),
        (f"{AWS}/ReadOnlyAccess",),
    ),
    Role(
        "acme-saml-engineers",
        trust(
            {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/acme-okta"},
            "sts:AssumeRoleWithSAML",
            Condition={"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
        ),
        (f"{AWS}/PowerUserAccess", f"{AWS}/AWSCloudShellFullAccess"),
    ),
)

# name -> (document, the role it is attached to)
POLICIES: dict[str, tuple[str, str | None]] = {
    "acme-read-logs": (policy(allow(["logs:GetLogEvents", "logs:FilterLogEvents"])), "acme-ec2-app"),
    "acme-orders-table": (
        policy(allow("dynamodb:*", "arn:aws:dynamodb:*:*:table/orders")),
        "acme-lambda-orders",
    ),
    # Full administration under another name, attached
    "acme-deploy-everything": (policy(allow("*", "*")), "acme-ci-deploy"),
    # The same as lists, behind a harmless statement, attached
    "acme-vendor-power": (policy(allow("s3:List*"), allow(["*"], ["*"])), "acme-vendor-legacy"),
    # The same, attached to nobody
    "acme-old-admin": (policy(allow("*", "*")), None),
    # Denies everything: not administration
    "acme-quarantine": (policy(deny("*", "*")), "acme-public-reader"),
    # Decrypts with one key; with every key, by a pattern
    "acme-read-orders": (
        policy(allow("kms:Decrypt", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/*")),
        "acme-lambda-orders",
    ),
    "acme-reencrypt": (policy(allow(["kms:ReEncrypt*", "kms:DescribeKey"])), "acme-migration"),
}

ADMINISTRATION = ("acme-deploy-everything", "acme-vendor-power", "acme-old-admin")
DECRYPTS_EVERYTHING = (*ADMINISTRATION, "acme-reencrypt")


def seed(estate: Estate) -> None:
    """Builds all of IAM."""
    iam = estate.client("iam")
    for name, arn in GROUPS.items():
        iam.create_group(GroupName=name)
        iam.attach_group_policy(GroupName=name, PolicyArn=arn)
        group = f"arn:aws:iam::{estate.account}:group/{name}"
        estate.expect_if(name != "administrators", "AWS-IAM-018", group)
    estate.count("iam group", len(GROUPS))
    _providers(estate)
    for copy in estate.copies():
        for user in USERS:
            _user(estate, copy, user)
        for role in ROLES:
            make_role(estate, copy.name(role.name), role)
        for name in POLICIES:
            _policy(estate, copy, name)
    iam.create_instance_profile(InstanceProfileName="acme-ec2-app")
    iam.add_role_to_instance_profile(InstanceProfileName="acme-ec2-app", RoleName="acme-ec2-app")
    _certificates(estate)
    _account_wide(estate)


def _user(estate: Estate, copy: Copy, user: User) -> None:
    iam = estate.client("iam")
    name = copy.name(user.name)
    iam.create_user(UserName=name, Tags=tags("shared", user.team))
    for group in user.groups:
        iam.add_user_to_group(GroupName=group, UserName=name)
    if user.console:
        iam.create_login_profile(UserName=name, Password="Correct-Horse-9-Battery")
    if user.mfa:
        serial = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
        iam.enable_mfa_device(
            UserName=name, SerialNumber=serial, AuthenticationCode1="123456", AuthenticationCode2="654321"
        )
    for key in user.keys:
        made = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
        if not key.active:
            iam.update_access_key(UserName=name, AccessKeyId=made, Status="Inactive")
        estate.patch("access_key", id=made, created_days=key.days, last_used_days=key.used)
    if user.inline:
        iam.put_user_policy(UserName=name, PolicyName="read-reports", PolicyDocument=user.inline)
    if user.attached:
        iam.attach_user_policy(UserName=name, PolicyArn=user.attached)
    estate.patch(
        "user",
        name=name,
        created_days=user.days,
        password_last_used_days=user.login if user.console else None,
        password_last_changed_days=user.days,
    )
    estate.count("iam user")
    _expect_user(estate, f"arn:aws:iam::{estate.account}:user/{name}", user)


def _expect_user(estate: Estate, arn: str, user: User) -> None:
    active = [key for key in user.keys if key.active]
    if user.console:
        estate.expect_if(user.mfa, "AWS-IAM-003", arn)
    else:
        estate.expect("AWS-IAM-003", arn, GLOBAL, "NOT_APPLICABLE")
    if user.keys:
        estate.expect_if(all(key.days <= 90 for key in active), "AWS-IAM-004", arn)
        estate.expect_if(len(active) < 2, "AWS-IAM-016", arn)
    else:
        estate.expect("AWS-IAM-004", arn, GLOBAL, "NOT_APPLICABLE")
        estate.expect("AWS-IAM-016", arn, GLOBAL, "NOT_APPLICABLE")
    idle = [key.days if key.used is None else key.used for key in active]
    if user.console:
        idle.append(user.days if user.login is None else user.login)
    if idle:
        estate.expect_if(max(idle) < 45, "AWS-IAM-009", arn)
    else:
        estate.expect("AWS-IAM-009", arn, GLOBAL, "NOT_APPLICABLE")
    estate.expect_if(not user.attached and not user.inline, "AWS-IAM-010", arn)
    administrator = user.attached == f"{AWS}/AdministratorAccess" or user.inline == EVERYTHING
    estate.expect_if(not administrator, "AWS-IAM-017", arn)


def make_role(estate: Estate, name: str, role: Role) -> None:
    """Makes a role."""
    iam = estate.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=role.trust, Tags=tags("prod", "platform"))
    for arn in role.attached:
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    if role.inline:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=role.inline)
    estate.patch("role", name=name, created_days=role.days, last_used_days=role.used)
    estate.count("iam role")
    _expect_role(estate, f"arn:aws:iam::{estate.account}:role/{name}", role)


def _expect_role(estate: Estate, arn: str, role: Role) -> None:
    administrator = f"{AWS}/AdministratorAccess" in role.attached or role.inline == EVERYTHING
    estate.expect_if(not administrator, "AWS-IAM-019", arn)
    estate.expect_if(not role.public, "AWS-IAM-020", arn)
    if "Federated" in role.trust:
        estate.expect_if(not role.any_tenant, "AWS-IAM-021", arn)
    else:
        estate.expect("AWS-IAM-021", arn, GLOBAL, "NOT_APPLICABLE")
    if role.days > 90:
        estate.expect_if(role.used is not None and role.used <= 90, "AWS-IAM-022", arn)
    else:
        estate.expect("AWS-IAM-022", arn, GLOBAL, "NOT_APPLICABLE")


def _policy(estate: Estate, copy: Copy, base: str) -> None:
    iam = estate.client("iam")
    document, role = POLICIES[base]
    arn = iam.create_policy(PolicyName=copy.name(base), PolicyDocument=document)["Policy"]["Arn"]
    if role:
        iam.attach_role_policy(RoleName=copy.name(role), PolicyArn=arn)
    estate.count("iam policy")
    if role:
        estate.expect_if(base not in ADMINISTRATION, "AWS-IAM-011", arn)
    else:
        estate.expect("AWS-IAM-011", arn, GLOBAL, "NOT_APPLICABLE")
    estate.expect_if(base not in DECRYPTS_EVERYTHING, "AWS-IAM-023", arn)


def _providers(estate: Estate) -> None:
    iam = estate.client("iam")
    saml_provider(estate, "acme-okta")
    iam.create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com",
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=["6938fd4d98bab03faadb97b34396831e3780aea1"],
    )
    estate.count("iam provider")


def saml_provider(estate: Estate, name: str) -> None:
    """Lets people in from a central identity source."""
    estate.client("iam").create_saml_provider(Name=name, SAMLMetadataDocument=_saml_metadata())
    estate.count("iam provider")


def _saml_metadata() -> str:
    padding = "<!-- " + "Acme single sign-on. " * 50 + "-->"
    return (
        '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sso.acme.example">'
        f"{padding}</EntityDescriptor>"
    )


def _certificates(estate: Estate) -> None:
    for name, days in {"www-acme-2022": -200, "www-acme-2026": 400}.items():
        body, key = _certificate(name, days)
        estate.client("iam").upload_server_certificate(ServerCertificateName=name, CertificateBody=body, PrivateKey=key)
        estate.patch("server_certificate", name=name, uploaded_days=300)
        arn = f"arn:aws:iam::{estate.account}:server-certificate/{name}"
        estate.expect_if(days > 0, "AWS-IAM-013", arn)
        estate.count("iam server certificate")


def _certificate(name: str, days: int) -> tuple[str, str]:
    """A self-signed certificate that ends in so many days."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"{name}.acme.example")])
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=700))
        .not_valid_after(now + datetime.timedelta(days=days))
    )
    body = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return body.decode(), private.decode()


def _account_wide(estate: Estate) -> None:
    """A weak password policy; root has an old access key, a virtual MFA device, and is in use."""
    iam = estate.client("iam")
    iam.create_account_alias(AccountAlias="acme-trading")
    iam.update_account_password_policy(MinimumPasswordLength=8, RequireNumbers=True, RequireLowercaseCharacters=True)
    estate.patch(
        "root",
        mfa=True,
        virtual_mfa=True,
        last_used_days=3,
        access_keys=[{"created_days": 900, "last_used_days": 40}],
    )
    estate.count("iam account")
    expect_account(
        estate,
        {
            "AWS-IAM-001": False,
            "AWS-IAM-002": True,
            "AWS-IAM-005": False,
            "AWS-IAM-006": False,
            "AWS-IAM-007": False,
            "AWS-IAM-008": False,
            "AWS-IAM-012": True,
            "AWS-IAM-014": True,
            "AWS-IAM-015": False,
        },
    )


def expect_account(estate: Estate, verdicts: dict[str, bool]) -> None:
    """The verdicts on the account-wide settings."""
    for control, good in verdicts.items():
        estate.expect_if(good, control, estate.account)
