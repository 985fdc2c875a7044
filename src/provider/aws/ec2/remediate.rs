//! The write calls of EC2.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_ec2::types::{
    AttributeBooleanValue, DefaultHttpTokensEnforcedState, DefaultInstanceMetadataEndpointState,
    DefaultInstanceMetadataTagsState, FlowLogsResourceType, HttpTokensState, ImageBlockPublicAccessEnabledState,
    InstanceMetadataEndpointState, InstanceMetadataProtocolState, InstanceMetadataTagsState, IpPermission, IpRange,
    Ipv6Range, LaunchPermission, LaunchPermissionModifications, LogDestinationType, MetadataDefaultHttpTokensState,
    OperationType, PermissionGroup, PortRange, PrefixListId, ResourceType, RuleAction, SnapshotAttributeName,
    SnapshotBlockPublicAccessState, Tag, TagSpecification, TrafficType, UserIdGroupPair,
};
use serde_json::{Map, json};

write_calls! {
    "ec2:RevokeSecurityGroupIngress" => revoke_ingress,
    "ec2:RevokeSecurityGroupEgress" => revoke_egress,
    "ec2:AuthorizeSecurityGroupIngress" => authorize_ingress,
    "ec2:AuthorizeSecurityGroupEgress" => authorize_egress,
    "ec2:EnableEbsEncryptionByDefault" => enable_ebs_encryption_by_default,
    "ec2:DisableEbsEncryptionByDefault" => disable_ebs_encryption_by_default,
    "ec2:CreateFlowLogs" => create_flow_logs,
    "ec2:DeleteFlowLogs" => delete_flow_logs,
    "ec2:EnableSnapshotBlockPublicAccess" => enable_snapshot_block_public_access,
    "ec2:DisableSnapshotBlockPublicAccess" => disable_snapshot_block_public_access,
    "ec2:EnableImageBlockPublicAccess" => enable_image_block_public_access,
    "ec2:DisableImageBlockPublicAccess" => disable_image_block_public_access,
    "ec2:ModifyInstanceMetadataDefaults" => modify_instance_metadata_defaults,
    "ec2:DeleteNetworkAclEntry" => delete_network_acl_entry,
    "ec2:CreateNetworkAclEntry" => create_network_acl_entry,
    "ec2:ModifyInstanceMetadataOptions" => modify_instance_metadata_options,
    "ec2:ModifySnapshotAttribute" => modify_snapshot_attribute,
    "ec2:ModifyImageAttribute" => modify_image_attribute,
    "ec2:ModifySubnetAttribute" => modify_subnet_attribute,
}

async fn revoke_ingress(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.ec2().revoke_security_group_ingress().group_id(given.text("GroupId")?);
    given.done(request.set_security_group_rule_ids(Some(given.texts("SecurityGroupRuleIds"))).send().await)
}

async fn revoke_egress(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.ec2().revoke_security_group_egress().group_id(given.text("GroupId")?);
    given.done(request.set_security_group_rule_ids(Some(given.texts("SecurityGroupRuleIds"))).send().await)
}

async fn authorize_ingress(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.ec2().authorize_security_group_ingress().group_id(given.text("GroupId")?);
    let request = request.set_ip_permissions(Some(permissions(given))).set_tag_specifications(tags(given));
    given.done(request.send().await)
}

async fn authorize_egress(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.ec2().authorize_security_group_egress().group_id(given.text("GroupId")?);
    let request = request.set_ip_permissions(Some(permissions(given))).set_tag_specifications(tags(given));
    given.done(request.send().await)
}

fn permissions(given: Parameters<'_>) -> Vec<IpPermission> {
    let text = |one: &Parameters<'_>, name: &str| one.given_text(name).map(ToOwned::to_owned);
    given
        .objects("IpPermissions")
        .map(|permission| {
            let mut built = IpPermission::builder()
                .set_ip_protocol(text(&permission, "IpProtocol"))
                .set_from_port(permission.given_number("FromPort"))
                .set_to_port(permission.given_number("ToPort"));
            for one in permission.objects("IpRanges") {
                let range = IpRange::builder().set_cidr_ip(text(&one, "CidrIp"));
                built = built.ip_ranges(range.set_description(text(&one, "Description")).build());
            }
            for one in permission.objects("Ipv6Ranges") {
                let range = Ipv6Range::builder().set_cidr_ipv6(text(&one, "CidrIpv6"));
                built = built.ipv6_ranges(range.set_description(text(&one, "Description")).build());
            }
            for one in permission.objects("PrefixListIds") {
                let list = PrefixListId::builder().set_prefix_list_id(text(&one, "PrefixListId"));
                built = built.prefix_list_ids(list.set_description(text(&one, "Description")).build());
            }
            for one in permission.objects("UserIdGroupPairs") {
                let pair = UserIdGroupPair::builder()
                    .set_group_id(text(&one, "GroupId"))
                    .set_user_id(text(&one, "UserId"))
                    .set_description(text(&one, "Description"));
                built = built.user_id_group_pairs(pair.build());
            }
            built.build()
        })
        .collect()
}

fn tags(given: Parameters<'_>) -> Option<Vec<TagSpecification>> {
    let text = |one: &Parameters<'_>, name: &str| one.given_text(name).map(ToOwned::to_owned);
    let specifications: Vec<_> = given
        .objects("TagSpecifications")
        .map(|one| {
            let tags = one
                .objects("Tags")
                .map(|tag| Tag::builder().set_key(text(&tag, "Key")).set_value(text(&tag, "Value")).build());
            let kind = one.given_text("ResourceType").map(ResourceType::from);
            TagSpecification::builder().set_resource_type(kind).set_tags(Some(tags.collect())).build()
        })
        .collect();
    (!specifications.is_empty()).then_some(specifications)
}

async fn enable_ebs_encryption_by_default(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.ec2().enable_ebs_encryption_by_default().send().await)
}

async fn disable_ebs_encryption_by_default(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.ec2().disable_ebs_encryption_by_default().send().await)
}

async fn create_flow_logs(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .ec2()
        .create_flow_logs()
        .set_resource_ids(Some(given.texts("ResourceIds")))
        .resource_type(FlowLogsResourceType::from(given.text("ResourceType")?))
        .traffic_type(TrafficType::from(given.text("TrafficType")?))
        .log_destination_type(LogDestinationType::from(given.text("LogDestinationType")?))
        .log_destination(given.text("LogDestination")?)
        .set_deliver_logs_permission_arn(given.given_text("DeliverLogsPermissionArn").map(ToOwned::to_owned))
        .client_token(given.text("ClientToken")?);
    let mut refused = None;
    let written = given.answered(request.send().await, |answer| {
        // The call succeeds even if EC2 could not make the flow log.
        refused = answer.unsuccessful().first().and_then(|one| one.error().cloned());
        Map::from_iter([("FlowLogIds".to_owned(), json!(answer.flow_log_ids()))])
    });
    match refused {
        Some(error) => Err(given.unusable(format!(
            "{}: {}",
            error.code().unwrap_or("not made"),
            error.message().unwrap_or_default()
        ))),
        None => written,
    }
}

async fn delete_flow_logs(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.ec2().delete_flow_logs().set_flow_log_ids(Some(given.texts("FlowLogIds")));
    given.done(request.send().await)
}

async fn enable_snapshot_block_public_access(scope: &Scope, given: Parameters<'_>) -> Written {
    let state = SnapshotBlockPublicAccessState::from(given.text("State")?);
    given.done(scope.clients.ec2().enable_snapshot_block_public_access().state(state).send().await)
}

async fn disable_snapshot_block_public_access(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.ec2().disable_snapshot_block_public_access().send().await)
}

async fn enable_image_block_public_access(scope: &Scope, given: Parameters<'_>) -> Written {
    let state = ImageBlockPublicAccessEnabledState::from(given.text("ImageBlockPublicAccessState")?);
    let request = scope.clients.ec2().enable_image_block_public_access().image_block_public_access_state(state);
    given.done(request.send().await)
}

async fn disable_image_block_public_access(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.ec2().disable_image_block_public_access().send().await)
}

async fn modify_instance_metadata_defaults(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .ec2()
        .modify_instance_metadata_defaults()
        .http_tokens(MetadataDefaultHttpTokensState::from(given.text("HttpTokens")?))
        .set_http_endpoint(given.given_text("HttpEndpoint").map(DefaultInstanceMetadataEndpointState::from))
        .set_http_put_response_hop_limit(given.given_number("HttpPutResponseHopLimit"))
        .set_instance_metadata_tags(
            given.given_text("InstanceMetadataTags").map(DefaultInstanceMetadataTagsState::from),
        )
        .set_http_tokens_enforced(given.given_text("HttpTokensEnforced").map(DefaultHttpTokensEnforcedState::from));
    given.done(request.send().await)
}

async fn delete_network_acl_entry(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .ec2()
        .delete_network_acl_entry()
        .network_acl_id(given.text("NetworkAclId")?)
        .rule_number(given.number("RuleNumber")?)
        .egress(given.switch("Egress")?);
    given.done(request.send().await)
}

async fn create_network_acl_entry(scope: &Scope, given: Parameters<'_>) -> Written {
    let ports = given.object("PortRange")?;
    let ports = PortRange::builder().from(ports.number("From")?).to(ports.number("To")?).build();
    let request = scope
        .clients
        .ec2()
        .create_network_acl_entry()
        .network_acl_id(given.text("NetworkAclId")?)
        .rule_number(given.number("RuleNumber")?)
        .protocol(given.text("Protocol")?)
        .rule_action(RuleAction::from(given.text("RuleAction")?))
        .egress(given.switch("Egress")?)
        .port_range(ports)
        .set_cidr_block(given.given_text("CidrBlock").map(ToOwned::to_owned))
        .set_ipv6_cidr_block(given.given_text("Ipv6CidrBlock").map(ToOwned::to_owned));
    given.done(request.send().await)
}

async fn modify_instance_metadata_options(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .ec2()
        .modify_instance_metadata_options()
        .instance_id(given.text("InstanceId")?)
        .http_tokens(HttpTokensState::from(given.text("HttpTokens")?))
        .set_http_endpoint(given.given_text("HttpEndpoint").map(InstanceMetadataEndpointState::from))
        .set_http_put_response_hop_limit(given.given_number("HttpPutResponseHopLimit"))
        .set_http_protocol_ipv6(given.given_text("HttpProtocolIpv6").map(InstanceMetadataProtocolState::from))
        .set_instance_metadata_tags(given.given_text("InstanceMetadataTags").map(InstanceMetadataTagsState::from));
    given.done(request.send().await)
}

async fn modify_snapshot_attribute(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .ec2()
        .modify_snapshot_attribute()
        .snapshot_id(given.text("SnapshotId")?)
        .attribute(SnapshotAttributeName::from(given.text("Attribute")?))
        .operation_type(OperationType::from(given.text("OperationType")?))
        .set_group_names(given.given_texts("GroupNames"))
        .set_user_ids(given.given_texts("UserIds"));
    given.done(request.send().await)
}

async fn modify_image_attribute(scope: &Scope, given: Parameters<'_>) -> Written {
    let change = given.object("LaunchPermission")?;
    let permissions = |list: &str| {
        let groups = change.objects(list).filter_map(|one| one.given_text("Group").map(PermissionGroup::from));
        let built: Vec<_> = groups.map(|group| LaunchPermission::builder().group(group).build()).collect();
        (!built.is_empty()).then_some(built)
    };
    let change =
        LaunchPermissionModifications::builder().set_add(permissions("Add")).set_remove(permissions("Remove")).build();
    let request = scope.clients.ec2().modify_image_attribute().image_id(given.text("ImageId")?);
    given.done(request.launch_permission(change).send().await)
}

async fn modify_subnet_attribute(scope: &Scope, given: Parameters<'_>) -> Written {
    let public = given.object("MapPublicIpOnLaunch")?.switch("Value")?;
    let request = scope.clients.ec2().modify_subnet_attribute().subnet_id(given.text("SubnetId")?);
    let public = AttributeBooleanValue::builder().value(public).build();
    given.done(request.map_public_ip_on_launch(public).send().await)
}
