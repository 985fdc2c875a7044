"""Corrections of moto where it answers otherwise than AWS, and the dates and root facts that no API can set.

`install()` mends moto once at start. `apply()` carries out one `POST /_lab/patch`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend
from moto.awslambda.policy import Policy
from moto.cloudtrail.models import CloudTrailBackend, Trail, TrailStatus, cloudtrail_backends
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.responses.elastic_block_store import ElasticBlockStore
from moto.ecr.models import Repository
from moto.elbv2.models import FakeLoadBalancer
from moto.iam import models as iam_models
from moto.iam.models import iam_backends
from moto.iam.responses import IamResponse
from moto.kms.models import KmsBackend, kms_backends
from moto.moto_api._internal import mock_random
from moto.rds.models import DBInstance, rds_backends
from moto.s3.models import FakeBucket, s3_backends
from moto.s3.responses import S3Response
from moto.utilities.utils import get_partition

from . import settings
from .credential_report import days_ago, get_credential_report, root_of, write_report
from .state import STATE


class BadPatch(ValueError):
    """The JSON of a patch cannot be understood, or names something that does not exist."""


class _StatementExists(LambdaClientError):
    code = 409

    def __init__(self, name: str) -> None:
        message = f"The statement id ({name}) provided already exists. Please provide a new statement id."
        super().__init__("ResourceConflictException", message)


# --- Corrections ---------------------------------------------------------------------------------


def install() -> None:
    """Mends moto in this process."""
    settings.install()
    backend, summary = iam_models.IAMBackend, iam_models.AccountSummary
    backend._init_aws_policies = _policies_of_one_partition(backend._init_aws_policies)
    backend.get_account_authorization_details = _aws_policies_in_use(backend.get_account_authorization_details)
    backend.get_credential_report = write_report
    backend.list_virtual_mfa_devices = _virtual_mfa_devices(backend.list_virtual_mfa_devices)
    backend.update_account_password_policy = _password_policy(backend.update_account_password_policy)
    summary.summary_map = property(_summary_map(summary.summary_map.fget))
    IamResponse.get_credential_report = get_credential_report
    for name in ("upload_server_certificate", "list_server_certificates", "get_server_certificate"):
        setattr(IamResponse, name, _with_certificate_dates(getattr(IamResponse, name)))
    FakeBucket._log_permissions_enabled_policy = staticmethod(
        _log_permissions(FakeBucket._log_permissions_enabled_policy)
    )
    Trail.description = _with_event_selectors(Trail.description)
    Trail.get_event_selectors = _event_selectors(Trail.get_event_selectors)
    TrailStatus.description = _with_delivery_errors(TrailStatus.description)
    KmsBackend.create_alias = _aws_managed_alias(KmsBackend.create_alias)
    for name in ("cancel_key_deletion", "schedule_key_deletion"):
        setattr(KmsBackend, name, _by_id_or_arn(getattr(KmsBackend, name)))
    CloudTrailBackend.delete_trail = _by_name_or_arn(CloudTrailBackend.delete_trail)
    S3Response.get_bucket_versioning = _versioning_with_mfa_delete
    S3Response.get_bucket_encryption = _encryption_with_blocked_types(S3Response.get_bucket_encryption)
    ElasticBlockStore.describe_snapshots = _snapshots_by_who_may_restore(ElasticBlockStore.describe_snapshots)
    EC2Backend.delete_vpc = _vpc_with_its_acl(EC2Backend.delete_vpc)
    DBInstance.certificate_details = property(_certificate_details)
    FakeLoadBalancer.__init__ = _with_every_attribute(FakeLoadBalancer.__init__)
    Repository._update_image_scanning_configuration = _scanning_off_by_default
    Policy.del_statement = _compared_with_the_revision(Policy.del_statement)
    LambdaBackend.add_permission = _once_by_name(LambdaBackend.add_permission)


def _with_every_attribute(original: Callable[..., None]) -> Callable[..., None]:
    """moto tells of some attributes of a load balancer only after they were set; AWS always does."""

    def init(balancer: Any, *args: Any, **kwargs: Any) -> None:
        original(balancer, *args, **kwargs)
        if balancer.type == "application":
            balancer.attrs["routing.http.drop_invalid_header_fields.enabled"] = "false"
        if balancer.type == "gateway":
            for name in [name for name in balancer.attrs if name.startswith("access_logs.")]:
                del balancer.attrs[name]
        else:
            balancer.attrs["access_logs.s3.enabled"] = "false"

    return init


def _scanning_off_by_default(repository: Any, image_scanning_configuration: dict[str, Any] | None) -> None:
    """moto ignores a configuration without members; to ECR it says that images are not scanned when pushed."""
    repository.image_scanning_configuration = {"scanOnPush": False} | (image_scanning_configuration or {})


def _compared_with_the_revision(original: Callable[..., None]) -> Callable[..., None]:
    """moto compares a revision with the list that a query string has, and keeps the revision when a statement goes."""

    def del_statement(policy: Any, sid: str, revision: Any = "") -> None:
        original(policy, sid, revision[0] if isinstance(revision, list) else revision)
        policy.revision = str(mock_random.uuid4())

    return del_statement


def _once_by_name(original: Callable[..., Any]) -> Callable[..., Any]:
    """moto takes a second statement of the same name; Lambda refuses it."""

    def add_permission(backend: Any, function_name: str, qualifier: str, raw: str) -> Any:
        name = json.loads(raw).get("StatementId")
        policy = backend.get_function(function_name, qualifier).policy
        if any(statement.get("Sid") == name for statement in policy.statements):
            raise _StatementExists(name)
        return original(backend, function_name, qualifier, raw)

    return add_permission


def _policies_of_one_partition(original: Callable[[Any], list[Any]]) -> Callable[[Any], list[Any]]:
    """moto makes an IAM backend for every partition of every account it sees; one set of policies is enough."""

    def init_aws_policies(backend: Any) -> list[Any]:
        return original(backend) if backend.region_name == "aws" else []

    return init_aws_policies


def _summary_map(original: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    def summary_map(summary: Any) -> dict[str, Any]:
        root = root_of(summary._iam_backend)
        return original(summary) | {
            "AccountMFAEnabled": int(bool(root.get("mfa", False))),
            "AccountAccessKeysPresent": int(bool(root.get("access_keys"))),
        }

    return summary_map


def _aws_policies_in_use(details: Callable[..., Any]) -> Callable[..., Any]:
    """Brings of AWS's own policies those that somebody holds."""

    def wrapped(self: Any, policy_filter: list[str]) -> dict[str, Any]:
        answer = details(self, policy_filter)
        unused = {policy.arn for policy in self.aws_managed_policies if not policy.attachment_count}
        answer["managed_policies"] = [one for one in answer["managed_policies"] if one.arn not in unused]
        return answer

    return wrapped


def _virtual_mfa_devices(original: Callable[..., Any]) -> Callable[..., Any]:
    """The root user's virtual MFA device is in the list, as in AWS; a hardware device is not."""

    def list_virtual_mfa_devices(backend: Any, status: str, marker: str | None, limit: int) -> Any:
        devices, next_marker = original(backend, status, marker, limit)
        root = root_of(backend)
        if root.get("mfa") and root.get("virtual_mfa") and not marker and status != "Unassigned":
            arn = f"arn:{backend.partition}:iam::{backend.account_id}"
            device = SimpleNamespace(
                serial_number=f"{arn}:mfa/root-account-mfa-device",
                enable_date=days_ago(700),
                user={
                    "Arn": f"{arn}:root",
                    "UserId": backend.account_id,
                    "UserName": "",
                    "Path": "/",
                    "CreateDate": days_ago(1500),
                },
            )
            devices = [device, *devices]
        return devices, next_marker

    return list_virtual_mfa_devices


def _password_policy(original: Callable[..., Any]) -> Callable[..., Any]:
    """AWS leaves MaxPasswordAge out of the answer when passwords do not expire; moto says 0."""

    def update_account_password_policy(backend: Any, *args: Any, **kwargs: Any) -> None:
        original(backend, *args, **kwargs)
        if not backend.account_password_policy.max_password_age:
            backend.account_password_policy.max_password_age = None

    return update_account_password_policy


def _with_certificate_dates(original: Callable[[Any], ActionResult]) -> Callable[[Any], ActionResult]:
    """moto says that every server certificate expired in 2012; take the dates of the certificate itself."""

    def with_dates(response: Any) -> ActionResult:
        answer = original(response)
        result: Any = answer.result
        listed = result.get("ServerCertificateMetadataList")
        if listed is None:
            listed = [result.get("ServerCertificate", result)["ServerCertificateMetadata"]]
        certificates = {c.cert_name: c for c in response.backend.list_server_certificates()}
        for metadata in listed:
            name = metadata["ServerCertificateName"]
            metadata["Expiration"] = _expiration(certificates[name])
            metadata["UploadDate"] = getattr(certificates[name], "uploaded", None) or days_ago(100)
            metadata["ServerCertificateId"] = f"ASCAEMULATOR{list(certificates).index(name):09d}"
        return answer

    return with_dates


def _expiration(certificate: Any) -> datetime:
    chosen = getattr(certificate, "expires", None)
    if chosen:
        return chosen
    from cryptography import x509

    try:
        parsed = x509.load_pem_x509_certificate(certificate.cert_body.encode())
    except ValueError:
        return utcnow() + timedelta(days=365)
    return parsed.not_valid_after_utc.replace(tzinfo=None)


def _log_permissions(original: Callable[..., bool]) -> Callable[..., bool]:
    """moto fails on `"Principal": "*"` in the policy of a bucket that receives access logs."""

    def log_permissions_enabled_policy(target_bucket: Any, target_prefix: str | None) -> bool:
        if not target_bucket.policy:
            return False
        document = json.loads(target_bucket.policy.decode())
        statements = document["Statement"]
        statements = [statements] if isinstance(statements, dict) else statements
        document["Statement"] = [s for s in statements if isinstance(s.get("Principal", {}), dict)]
        policy = json.dumps(document).encode()
        bucket = SimpleNamespace(policy=policy, partition=target_bucket.partition, name=target_bucket.name)
        return original(bucket, target_prefix)

    return log_permissions_enabled_policy


def _with_event_selectors(original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """moto says of every trail that it has no event selectors of its own."""

    def description(trail: Any, include_region: bool = False) -> dict[str, Any]:
        custom = bool(trail.event_selectors or trail.advanced_event_selectors)
        return original(trail, include_region) | {"HasCustomEventSelectors": custom}

    return description


def _event_selectors(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A trail without selectors of its own logs all management events, and AWS says so."""

    def get_event_selectors(trail: Any) -> Any:
        simple, advanced = original(trail)
        if not simple and not advanced:
            simple = [
                {
                    "ReadWriteType": "All",
                    "IncludeManagementEvents": True,
                    "DataResources": [],
                    "ExcludeManagementEventSources": [],
                }
            ]
        return simple, advanced

    return get_event_selectors


def _with_delivery_errors(original: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """Deliveries of moto never fail; `{"op": "trail"}` says that the last ones did."""

    def description(status: Any) -> dict[str, Any]:
        return original(status) | getattr(status, "delivery_errors", {})

    return description


def _aws_managed_alias(original: Callable[..., Any]) -> Callable[..., Any]:
    """The key behind alias/aws/... belongs to AWS and rotates; moto calls it a customer key."""

    def create_alias(backend: Any, target_key_id: str, alias_name: str) -> Any:
        alias = original(backend, target_key_id, alias_name)
        if alias_name.startswith("alias/aws/"):
            key = backend.keys[backend.get_key_id(target_key_id)]
            key.key_manager = "AWS"
            key.key_rotation_status = True
        return alias

    return create_alias


def _by_id_or_arn(original: Callable[..., Any]) -> Callable[..., Any]:
    """moto finds the key of a scheduled deletion by its id alone; KMS takes its ARN too."""

    def call(backend: Any, key_id: str, *args: Any) -> Any:
        return original(backend, backend.get_key_id(key_id), *args)

    return call


def _by_name_or_arn(original: Callable[[Any, str], None]) -> Callable[[Any, str], None]:
    """moto deletes a trail by its name alone, and says nothing if there is none; CloudTrail takes its ARN too."""

    def delete_trail(backend: Any, name: str) -> None:
        original(backend, backend.get_trail(name).trail_name)

    return delete_trail


def _versioning_with_mfa_delete(response: Any) -> Any:
    """moto knows no MFA delete; `{"op": "bucket"}` switches it on. It also has a root element of its own."""
    bucket = response.backend.get_bucket(response.bucket_name)
    result = {"Status": bucket.versioning_status}
    if hasattr(bucket, "mfa_delete"):
        result["MFADelete"] = "Enabled" if bucket.mfa_delete else "Disabled"
    response.data["Action"] = "GetBucketVersioning"
    status, headers, body = response.serialized(ActionResult(result))
    return status, headers, body.replace("GetBucketVersioningResponse", "VersioningConfiguration")


def _encryption_with_blocked_types(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """moto keeps the kinds of encryption that uploads may not use, and leaves them out of the answer."""

    def get_bucket_encryption(response: Any) -> Any:
        rule = (response.backend.get_bucket_encryption(response.bucket_name) or {}).get("Rule", {})
        blocked = (rule.get("BlockedEncryptionTypes") or {}).get("EncryptionType")
        if blocked is None:
            return original(response)
        told = {
            "ApplyServerSideEncryptionByDefault": rule["ApplyServerSideEncryptionByDefault"],
            "BucketKeyEnabled": rule.get("BucketKeyEnabled") == "true",
            "BlockedEncryptionTypes": {"EncryptionType": [blocked] if isinstance(blocked, str) else blocked},
        }
        response.data["Action"] = "GetBucketEncryption"
        return response.serialized(ActionResult({"ServerSideEncryptionConfiguration": {"Rules": [told]}}))

    return get_bucket_encryption


def _snapshots_by_who_may_restore(original: Callable[[Any], ActionResult]) -> Callable[[Any], ActionResult]:
    """moto ignores RestorableByUserIds, so that every snapshot looks public."""

    def describe_snapshots(response: Any) -> ActionResult:
        answer = original(response)
        who = set(response._get_param("RestorableByUserIds", []))
        if who:
            account = response.ec2_backend.account_id

            def restorable(snapshot: Any) -> bool:
                shared = snapshot.create_volume_permission_groups | snapshot.create_volume_permission_userids
                return bool(who & shared) or (bool(who & {"self", account}) and snapshot.owner_id == account)

            result: Any = answer.result
            result["Snapshots"] = [snapshot for snapshot in result["Snapshots"] if restorable(snapshot)]
        return answer

    return describe_snapshots


def _vpc_with_its_acl(original: Callable[..., Any]) -> Callable[..., Any]:
    """The default network ACL goes with its VPC; moto leaves it."""

    def delete_vpc(backend: Any, vpc_id: str) -> Any:
        deleted = original(backend, vpc_id)
        backend.network_acls = {key: acl for key, acl in backend.network_acls.items() if acl.vpc_id != vpc_id}
        return deleted

    return delete_vpc


def _certificate_details(database: Any) -> dict[str, Any]:
    """moto leaves out how long an instance's certificate is valid; `{"op": "db_instance"}` sets it."""
    if not hasattr(database, "certificate_until"):
        database.certificate_until = utcnow() + timedelta(days=1000)
    return {"CAIdentifier": database.ca_certificate_identifier, "ValidTill": database.certificate_until}


# --- Patches -------------------------------------------------------------------------------------

Patch = Callable[[str, str, dict[str, Any]], None]


def apply(data: dict[str, Any]) -> None:
    """Carries out one patch: `{"op": NAME, "account": ..., "region": ..., ...}`."""
    data = dict(data)
    name = data.pop("op", None)
    account = data.pop("account", "123456789012")
    region = data.pop("region", "us-east-1")
    if name not in _PATCHES:
        raise BadPatch(f"unknown op {name!r}; known: {', '.join(sorted(_PATCHES))}")
    function, fields = _PATCHES[name]
    unknown = set(data) - fields
    if unknown:
        raise BadPatch(f"{name} has no field {', '.join(sorted(unknown))}; known: {', '.join(sorted(fields))}")
    try:
        function(account, region, data)
    except KeyError as missing:
        raise BadPatch(f"{name}: {missing} is missing or does not exist") from missing


def _iam(account: str, region: str) -> Any:
    return iam_backends[account][get_partition(region)]


def _patch_root(account: str, region: str, data: dict[str, Any]) -> None:
    STATE.of("iam", account, region)["root"].update(data)


def _patch_user(account: str, region: str, data: dict[str, Any]) -> None:
    user = _iam(account, region).users[data["name"]]
    if "created_days" in data:
        user.create_date = days_ago(data["created_days"])
    if "password_last_used_days" in data:
        user.password_last_used = days_ago(data["password_last_used_days"])
    if "password_last_changed_days" in data:
        user.password_last_changed = days_ago(data["password_last_changed_days"])


def _patch_access_key(account: str, region: str, data: dict[str, Any]) -> None:
    key = _iam(account, region).access_keys[data["id"]]
    if "created_days" in data:
        key.create_date = days_ago(data["created_days"])
    if "last_used_days" in data:
        moment = days_ago(data["last_used_days"])
        service = data.get("last_used_service", "s3")
        where = data.get("last_used_region", "eu-west-1")
        key.last_used = moment and iam_models.AccessKeyLastUsed(moment, service, where)


def _patch_role(account: str, region: str, data: dict[str, Any]) -> None:
    roles = {role.name: role for role in _iam(account, region).roles.values()}
    role = roles[data["name"]]
    if "created_days" in data:
        role.create_date = days_ago(data["created_days"])
    if "last_used_days" in data:
        role.last_used = days_ago(data["last_used_days"])
        role.last_used_region = data.get("last_used_region", "eu-west-1") if role.last_used else None


def _patch_server_certificate(account: str, region: str, data: dict[str, Any]) -> None:
    certificates = {c.cert_name: c for c in _iam(account, region).list_server_certificates()}
    certificate = certificates[data["name"]]
    if "expires_days" in data:
        certificate.expires = utcnow() + timedelta(days=float(data["expires_days"]))
    if "uploaded_days" in data:
        certificate.uploaded = days_ago(data["uploaded_days"])


def _patch_snapshot(account: str, region: str, data: dict[str, Any]) -> None:
    ec2_backends[account][region].snapshots[data["id"]].start_time = days_ago(data["created_days"])


def _patch_volume(account: str, region: str, data: dict[str, Any]) -> None:
    ec2_backends[account][region].volumes[data["id"]].create_time = days_ago(data["created_days"])


def _patch_image(account: str, region: str, data: dict[str, Any]) -> None:
    ec2_backends[account][region].amis[data["id"]].creation_date = days_ago(data["created_days"])


def _patch_instance(account: str, region: str, data: dict[str, Any]) -> None:
    instances = {i.id: i for i in ec2_backends[account][region].all_instances()}
    instances[data["id"]].launch_time = days_ago(data["launched_days"])


def _patch_key(account: str, region: str, data: dict[str, Any]) -> None:
    key = kms_backends[account][region].keys[data["id"].rsplit("/", 1)[-1]]
    key.creation_date = (days_ago(data["created_days"]) - datetime(1970, 1, 1)).total_seconds()


def _patch_bucket(account: str, region: str, data: dict[str, Any]) -> None:
    buckets = s3_backends[account][get_partition(region)].buckets
    buckets[data["name"]].mfa_delete = bool(data["mfa_delete"])


def _patch_db_instance(account: str, region: str, data: dict[str, Any]) -> None:
    database = rds_backends[account][region].databases[data["id"]]
    if "created_days" in data:
        database.created = database.instance_create_time = days_ago(data["created_days"])
    if "certificate_days" in data:
        database.certificate_until = utcnow() + timedelta(days=float(data["certificate_days"]))


def _patch_trail(account: str, region: str, data: dict[str, Any]) -> None:
    names = {"delivery_error": "LatestDeliveryError", "log_group_error": "LatestCloudWatchLogsDeliveryError"}
    status = cloudtrail_backends[account][region].trails[data["name"]].status
    status.delivery_errors = {name: data[field] for field, name in names.items() if field in data}


_PATCHES: dict[str, tuple[Patch, set[str]]] = {
    "root": (_patch_root, {"mfa", "virtual_mfa", "access_keys", "last_used_days", "created_days"}),
    "user": (
        _patch_user,
        {"name", "created_days", "password_last_used_days", "password_last_changed_days"},
    ),
    "access_key": (
        _patch_access_key,
        {"id", "created_days", "last_used_days", "last_used_region", "last_used_service"},
    ),
    "role": (_patch_role, {"name", "created_days", "last_used_days", "last_used_region"}),
    "server_certificate": (_patch_server_certificate, {"name", "expires_days", "uploaded_days"}),
    "snapshot": (_patch_snapshot, {"id", "created_days"}),
    "volume": (_patch_volume, {"id", "created_days"}),
    "image": (_patch_image, {"id", "created_days"}),
    "instance": (_patch_instance, {"id", "launched_days"}),
    "kms_key": (_patch_key, {"id", "created_days"}),
    "bucket": (_patch_bucket, {"name", "mfa_delete"}),
    "trail": (_patch_trail, {"name", "delivery_error", "log_group_error"}),
    "db_instance": (_patch_db_instance, {"id", "created_days", "certificate_days"}),
}
