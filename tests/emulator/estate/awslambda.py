"""Lambda: functions that their own account calls, and functions that everyone may call."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from .core import HOME, PROD, SECOND, Estate

SECRET = "swordfish-in-the-environment"


@dataclass(frozen=True)
class Function:
    """A function. `runtime`: none for a container image; `url`: how its URL asks who is calling, none without a URL."""

    name: str
    region: str
    runtime: str | None = "python3.13"
    supported: bool = True
    # Who may call it: an account, a service, everyone; `organization`: only of the own one
    caller: str | None = None
    organization: bool = False
    url: str | None = None
    public: bool = False


FUNCTIONS = (
    Function("acme-orders", PROD, caller="s3.amazonaws.com"),
    Function("acme-thumbnails", PROD, runtime=None),
    Function("acme-webhook", PROD, url="NONE"),
    Function("acme-partner-api", PROD, caller="*", organization=True, url="AWS_IAM"),
    Function("acme-legacy-forms", HOME, runtime="nodejs16.x", supported=False, caller="*", public=True),
    Function("acme-reports", HOME, runtime="provided.al2023", url="AWS_IAM"),
    Function("acme-analytics-import", SECOND, runtime="python3.8", supported=False),
)


def seed(estate: Estate) -> None:
    """Makes the functions."""
    for function in FUNCTIONS:
        make(estate, function)


def make(estate: Estate, one: Function, role: str = "acme-lambda-orders") -> None:
    """Makes a function and records the verdicts on it."""
    client = estate.client("lambda", one.region)
    code = {"ZipFile": _package()}
    if one.runtime is None:
        code = {"ImageUri": f"{estate.account}.dkr.ecr.{one.region}.amazonaws.com/{one.name}:1"}
    arn = client.create_function(
        FunctionName=one.name,
        Role=f"arn:aws:iam::{estate.account}:role/{role}",
        Code=code,
        # What a scan must never show
        Environment={"Variables": {"API_KEY": SECRET}},
        Tags={"Environment": "prod", "Owner": "shop"},
        **({"Runtime": one.runtime, "Handler": "main.handle"} if one.runtime else {"PackageType": "Image"}),
    )["FunctionArn"]
    if one.caller:
        more = {"PrincipalOrgID": "o-acme1234567"} if one.organization else {}
        client.add_permission(
            FunctionName=one.name, StatementId="callers", Action="lambda:InvokeFunction", Principal=one.caller, **more
        )
    if one.url:
        client.create_function_url_config(FunctionName=one.name, AuthType=one.url)
    estate.expect_if(not one.public, "AWS-LAMBDA-001", arn, one.region)
    if one.url:
        estate.expect_if(one.url == "AWS_IAM", "AWS-LAMBDA-002", arn, one.region)
    else:
        estate.expect("AWS-LAMBDA-002", arn, one.region, "NOT_APPLICABLE")
    if one.runtime:
        estate.expect_if(one.supported, "AWS-LAMBDA-003", arn, one.region)
    else:
        estate.expect("AWS-LAMBDA-003", arn, one.region, "NOT_APPLICABLE")
    estate.count("lambda function")


def _package() -> bytes:
    """The code of a function, the same bytes each time."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr(zipfile.ZipInfo("main.py"), "def handle(event, context):\n    return event\n")
    return package.getvalue()
