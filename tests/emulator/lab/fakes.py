"""Calls that moto 5.2.5 does not answer, answered from our own state.

A fake gets the call and its parsed parameters, and returns the result as the service model names it; moto's
serialisers write it in the service's protocol.
"""

from __future__ import annotations

import datetime
import fnmatch
from collections.abc import Callable
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from moto.ecr.models import ecr_backends
from moto.efs.models import efs_backends

from . import errors
from .call import Call
from .state import STATE

Fake = Callable[[Call, dict[str, Any]], dict[str, Any]]
FAKES: dict[tuple[str, str], Fake] = {}


class FakeError(Exception):
    """The fake refuses, as AWS would."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def fake(service: str, operation: str) -> Callable[[Fake], Fake]:
    """Registers a function as the answer of an operation."""

    def register(function: Fake) -> Fake:
        FAKES[service, operation] = function
        return function

    return register


def answer(call: Call, environ: dict[str, Any]) -> errors.Answer | None:
    """The answer to `call` if it is one of ours."""
    function = FAKES.get((call.service, call.operation))
    if function is None:
        return None
    model = get_service_model(call.service)
    operation = model.operation_model(call.operation)
    request = Request(environ.copy())
    url_params: dict[str, Any] = {}
    if call.protocol.startswith("rest"):
        _, url_params = get_service_router(call.service).match(request)
    params = PROTOCOL_PARSERS[str(model.protocol)](operation).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": call.body,
            "url_path": call.path,
            "url_params": url_params,
        }
    )
    try:
        result = function(call, params)
    except FakeError as refusal:
        return errors.error(call, refusal.status, refusal.code, refusal.message)
    serializer = get_serializer_class(model.service_name, str(model.protocol))
    written = serializer(operation_model=operation).serialize(result)
    body = written["body"]
    return errors.Answer(
        written["status_code"],
        list(written["headers"].items()),
        body.encode() if isinstance(body, str) else body,
    )


def _page(items: list[Any], params: dict[str, Any], limit: str, default: int) -> tuple[list[Any], str | None]:
    """One page of `items`: never more than `default`, and never more than the caller asks for."""
    token = params.get("nextToken") or params.get("NextToken") or "0"
    if not str(token).isdigit():
        raise FakeError(400, "ValidationException", "The pagination token is not valid")
    start = int(token)
    size = min(int(params.get(limit) or default), default)
    end = start + size
    return items[start:end], str(end) if end < len(items) else None


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


# --- Access Analyzer -----------------------------------------------------------------------------


def _analyzers(call: Call) -> list[dict[str, Any]]:
    return STATE.of("accessanalyzer", call.account, call.region)["analyzers"]


def _analyzer_summary(call: Call, analyzer: dict[str, Any]) -> dict[str, Any]:
    name = analyzer["name"]
    return {
        "arn": f"arn:aws:access-analyzer:{call.region}:{call.account}:analyzer/{name}",
        "name": name,
        "type": analyzer.get("type", "ACCOUNT"),
        "createdAt": analyzer.setdefault("createdAt", _now().isoformat()),
        "status": analyzer.get("status", "ACTIVE"),
        "tags": analyzer.get("tags", {}),
    }


@fake("accessanalyzer", "ListAnalyzers")
def list_analyzers(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    kind = params.get("type")
    size = STATE.of("accessanalyzer", call.account, call.region)["page_size"]
    found = [a for a in _analyzers(call) if kind in (None, a.get("type", "ACCOUNT"))]
    page, token = _page(found, params, "maxResults", size)
    return {"analyzers": [_analyzer_summary(call, a) for a in page], "nextToken": token}


@fake("accessanalyzer", "GetAnalyzer")
def get_analyzer(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    for analyzer in _analyzers(call):
        if analyzer["name"] == params["analyzerName"]:
            return {"analyzer": _analyzer_summary(call, analyzer)}
    raise FakeError(404, "ResourceNotFoundException", f"Analyzer {params['analyzerName']} not found")


@fake("accessanalyzer", "CreateAnalyzer")
def create_analyzer(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    if any(a["name"] == params["analyzerName"] for a in _analyzers(call)):
        raise FakeError(409, "ConflictException", f"Analyzer {params['analyzerName']} already exists")
    analyzer = {"name": params["analyzerName"], "type": params["type"], "tags": params.get("tags") or {}}
    _analyzers(call).append(analyzer)
    return {"arn": _analyzer_summary(call, analyzer)["arn"]}


@fake("accessanalyzer", "DeleteAnalyzer")
def delete_analyzer(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    get_analyzer(call, params)
    _analyzers(call)[:] = [a for a in _analyzers(call) if a["name"] != params["analyzerName"]]
    return {}


# --- Account -------------------------------------------------------------------------------------


def _account(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    return STATE.of("account", params.get("AccountId") or call.account, call.region)


@fake("account", "GetContactInformation")
def get_contact_information(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    contact = _account(call, params)["contact_information"]
    if not contact:
        raise FakeError(404, "ResourceNotFoundException", "No contact information of the account was found")
    return {"ContactInformation": contact}


@fake("account", "PutContactInformation")
def put_contact_information(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    _account(call, params)["contact_information"] = dict(params["ContactInformation"])
    return {}


def _regions(call: Call, params: dict[str, Any]) -> list[dict[str, str]]:
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

    status = {"opt-in-not-required": "ENABLED_BY_DEFAULT", "opted-in": "ENABLED", "not-opted-in": "DISABLED"}
    chosen = _account(call, params)["regions"]
    regions = [r for r in RegionsAndZonesBackend.regions if not r.name.startswith(("us-gov", "cn-"))]
    if chosen is not None:
        return [
            {"RegionName": r.name, "RegionOptStatus": "ENABLED" if r.name in chosen else "DISABLED"} for r in regions
        ]
    return [{"RegionName": r.name, "RegionOptStatus": status[r.opt_in_status]} for r in regions]


@fake("account", "ListRegions")
def list_regions(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    wanted = params.get("RegionOptStatusContains") or []
    found = [r for r in _regions(call, params) if not wanted or r["RegionOptStatus"] in wanted]
    page, token = _page(found, params, "MaxResults", _account(call, params)["page_size"])
    return {"Regions": page, "NextToken": token}


# --- EC2 -----------------------------------------------------------------------------------------


def _ec2(call: Call) -> dict[str, Any]:
    return STATE.of("ec2", call.account, call.region)


@fake("ec2", "DescribeRegions")
def describe_regions(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    """moto lists the regions of every partition, opted in or not, and ignores the filters."""
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
    from moto.utilities.utils import get_partition

    chosen = STATE.of("account", call.account, call.region)["regions"]
    filters = {f["Name"]: f["Values"] for f in params.get("Filters") or []}
    found = []
    for region in RegionsAndZonesBackend.regions:
        status = region.opt_in_status
        if chosen is not None:
            status = "opted-in" if region.name in chosen else "not-opted-in"
        if (
            get_partition(region.name) == get_partition(call.region)
            and (status != "not-opted-in" or params.get("AllRegions"))
            and region.name in (params.get("RegionNames") or [region.name])
            and region.name in filters.get("region-name", [region.name])
            and status in filters.get("opt-in-status", [status])
        ):
            found.append({"RegionName": region.name, "Endpoint": region.endpoint, "OptInStatus": status})
    return {"Regions": found}


@fake("ec2", "GetSnapshotBlockPublicAccessState")
def get_snapshot_block(call: Call, _: dict[str, Any]) -> dict[str, Any]:
    return {"State": _ec2(call)["snapshot_block_public_access_state"], "ManagedBy": "account"}


@fake("ec2", "EnableSnapshotBlockPublicAccess")
def enable_snapshot_block(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    _ec2(call)["snapshot_block_public_access_state"] = params["State"]
    return {"State": params["State"]}


@fake("ec2", "DisableSnapshotBlockPublicAccess")
def disable_snapshot_block(call: Call, _: dict[str, Any]) -> dict[str, Any]:
    _ec2(call)["snapshot_block_public_access_state"] = "unblocked"
    return {"State": "unblocked"}


@fake("ec2", "GetImageBlockPublicAccessState")
def get_image_block(call: Call, _: dict[str, Any]) -> dict[str, Any]:
    return {
        "ImageBlockPublicAccessState": _ec2(call)["image_block_public_access_state"],
        "ManagedBy": "account",
    }


@fake("ec2", "EnableImageBlockPublicAccess")
def enable_image_block(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    _ec2(call)["image_block_public_access_state"] = params["ImageBlockPublicAccessState"]
    return {"ImageBlockPublicAccessState": params["ImageBlockPublicAccessState"]}


@fake("ec2", "DisableImageBlockPublicAccess")
def disable_image_block(call: Call, _: dict[str, Any]) -> dict[str, Any]:
    _ec2(call)["image_block_public_access_state"] = "unblocked"
    return {"ImageBlockPublicAccessState": "unblocked"}


@fake("ec2", "GetInstanceMetadataDefaults")
def get_metadata_defaults(call: Call, _: dict[str, Any]) -> dict[str, Any]:
    return {"AccountLevel": {**_ec2(call)["instance_metadata_defaults"], "ManagedBy": "account"}}


@fake("ec2", "ModifyInstanceMetadataDefaults")
def modify_metadata_defaults(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    defaults = _ec2(call)["instance_metadata_defaults"]
    names = ("HttpTokens", "HttpPutResponseHopLimit", "HttpEndpoint", "InstanceMetadataTags", "HttpTokensEnforced")
    for field in names:
        value = params.get(field)
        if value in ("no-preference", -1):
            defaults.pop(field, None)
        elif value is not None:
            defaults[field] = value
    return {"Return": True}


@fake("ec2", "GetEbsDefaultKmsKeyId")
def get_ebs_default_key(call: Call, _: dict[str, Any]) -> dict[str, Any]:
    from moto.ec2.models import ec2_backends

    return {"KmsKeyId": ec2_backends[call.account][call.region].default_kms_key_id or "alias/aws/ebs"}


@fake("ec2", "ResetEbsDefaultKmsKeyId")
def reset_ebs_default_key(call: Call, _: dict[str, Any]) -> dict[str, Any]:
    from moto.ec2.models import ec2_backends

    ec2_backends[call.account][call.region].default_kms_key_id = ""
    return {"KmsKeyId": "alias/aws/ebs"}


# --- Config --------------------------------------------------------------------------------------


@fake("config", "DescribeDeliveryChannelStatus")
def describe_delivery_channel_status(call: Call, _: dict[str, Any]) -> dict[str, Any]:
    from moto.config.models import config_backends

    info = {"lastStatus": STATE.of("config", call.account, call.region)["delivery_status"]}
    channels = config_backends[call.account][call.region].delivery_channels
    status = {"configSnapshotDeliveryInfo": info, "configHistoryDeliveryInfo": info}
    return {"DeliveryChannelsStatus": [{"name": name, **status} for name in channels]}


# --- Security Hub --------------------------------------------------------------------------------


def _standards(call: Call) -> list[dict[str, Any]]:
    from moto.securityhub.models import securityhub_backends

    if not securityhub_backends[call.account][call.region].enabled:
        message = f"Account {call.account} is not subscribed to AWS Security Hub"
        raise FakeError(401, "InvalidAccessException", message)
    return STATE.of("securityhub", call.account, call.region)["standards"]


def _subscription(call: Call, standard: dict[str, Any]) -> dict[str, Any]:
    path = standard["arn"].split(":standards/")[-1].split(":ruleset/")[-1]
    return {
        "StandardsSubscriptionArn": f"arn:aws:securityhub:{call.region}:{call.account}:subscription/{path}",
        "StandardsArn": standard["arn"],
        "StandardsInput": {},
        "StandardsStatus": standard.get("status", "READY"),
    }


@fake("securityhub", "GetEnabledStandards")
def get_enabled_standards(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    size = STATE.of("securityhub", call.account, call.region)["page_size"]
    page, token = _page(_standards(call), params, "MaxResults", size)
    return {"StandardsSubscriptions": [_subscription(call, s) for s in page], "NextToken": token}


@fake("securityhub", "BatchEnableStandards")
def batch_enable_standards(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    standards = _standards(call)
    for request in params.get("StandardsSubscriptionRequests") or []:
        if all(s["arn"] != request["StandardsArn"] for s in standards):
            standards.append({"arn": request["StandardsArn"]})
    return {"StandardsSubscriptions": [_subscription(call, s) for s in standards]}


@fake("securityhub", "BatchDisableStandards")
def batch_disable_standards(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    gone = set(params.get("StandardsSubscriptionArns") or [])
    standards = _standards(call)
    removed = [s for s in standards if _subscription(call, s)["StandardsSubscriptionArn"] in gone]
    standards[:] = [s for s in standards if s not in removed]
    return {"StandardsSubscriptions": [_subscription(call, s) for s in removed]}


# --- EFS -----------------------------------------------------------------------------------------


def _file_system(call: Call, params: dict[str, Any]) -> Any:
    known = efs_backends[call.account][call.region].file_systems_by_id
    if params["FileSystemId"] not in known:
        raise FakeError(404, "FileSystemNotFound", f"File system '{params['FileSystemId']}' does not exist.")
    return known[params["FileSystemId"]]


@fake("efs", "DescribeBackupPolicy")
def describe_backup_policy(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    """moto knows only the policy that a file system was made with."""
    system = _file_system(call, params)
    status = getattr(system, "_backup_status", "ENABLED" if system._backup else None)
    if status is None:
        raise FakeError(404, "PolicyNotFound", "None")
    return {"BackupPolicy": {"Status": status}}


@fake("efs", "PutBackupPolicy")
def put_backup_policy(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    _file_system(call, params)._backup_status = params["BackupPolicy"]["Status"]
    return {"BackupPolicy": params["BackupPolicy"]}


# --- ECR -----------------------------------------------------------------------------------------


def _scanning(repository: Any, registry: dict[str, Any]) -> dict[str, Any]:
    """How a repository's images are scanned: its own setting and the rules of the registry taken together."""
    rules = [
        (rule["scanFrequency"], one)
        for rule in registry["rules"]
        for one in rule["repositoryFilters"]
        if fnmatch.fnmatchcase(repository.name, one["filter"])
    ]
    frequencies = {frequency for frequency, _ in rules}
    on_push = registry["scanType"] == "BASIC" and repository.image_scanning_configuration["scanOnPush"]
    if on_push:
        frequencies.add("SCAN_ON_PUSH")
    frequency = next((one for one in ("CONTINUOUS_SCAN", "SCAN_ON_PUSH") if one in frequencies), "MANUAL")
    return {
        "repositoryArn": repository.arn,
        "repositoryName": repository.name,
        "scanOnPush": "SCAN_ON_PUSH" in frequencies,
        "scanFrequency": frequency,
        "appliedScanFilters": [one for _, one in rules],
    }


@fake("ecr", "BatchGetRepositoryScanningConfiguration")
def batch_get_repository_scanning_configuration(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    backend = ecr_backends[call.account][call.region]
    found = [backend.repositories[name] for name in params["repositoryNames"] if name in backend.repositories]
    missing = [name for name in params["repositoryNames"] if name not in backend.repositories]
    registry = backend.registry_scanning_configuration
    code = "REPOSITORY_NOT_FOUND"
    return {
        "scanningConfigurations": [_scanning(repository, registry) for repository in found],
        "failures": [{"repositoryName": name, "failureCode": code, "failureReason": code} for name in missing],
    }


# --- Lambda --------------------------------------------------------------------------------------


@fake("lambda", "ListFunctionUrlConfigs")
def list_function_url_configs(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    function = lambda_backends[call.account][call.region].get_function(params["FunctionName"])
    urls = [function.url_config.to_dict()] if function.url_config else []
    return {"FunctionUrlConfigs": urls}
