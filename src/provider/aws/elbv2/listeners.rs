//! Reads the listeners of one load balancer.

use super::actions::to_document;
use super::collect::tags;
use crate::inventory::aws::elbv2::{self, Listener, ListenerAction, ListenerRule};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::Task;
use aws_sdk_elasticloadbalancingv2::types;
use std::collections::{BTreeMap, HashMap};

/// Hands over every listener of the load balancer.
pub(super) async fn read_all(task: &Task, load_balancer: &str, kind: Option<String>) -> Result<(), CallFailure> {
    let request = task.scope.clients.elbv2().describe_listeners().load_balancer_arn(load_balancer);
    let mut pages = request.into_paginator().send();
    let mut listeners = Vec::new();
    while let Some(page) = task.scope.page_about(load_balancer, &elbv2::DESCRIBE_LISTENERS, &mut pages).await? {
        listeners.extend(page.listeners.unwrap_or_default());
    }
    let https_port = https_port(&listeners);
    for listener in listeners {
        read(task, load_balancer, kind.clone(), https_port, listener).await;
    }
    Ok(())
}

/// The port of an HTTPS listener; the usual one before others.
fn https_port(listeners: &[types::Listener]) -> Option<i64> {
    let https = listeners.iter().filter(|listener| listener.protocol == Some(types::ProtocolEnum::Https));
    let ports = https.filter_map(|listener| listener.port).map(i64::from);
    ports.min_by_key(|port| (*port != 443, *port))
}

async fn read(
    task: &Task,
    load_balancer: &str,
    kind: Option<String>,
    https_port: Option<i64>,
    listener: types::Listener,
) {
    let Some(arn) = listener.listener_arn else { return };
    if !task.scope.concerns(&arn) {
        return;
    }
    let wants = |field: &str| task.wants(Listener::TYPE, field);
    let call = &elbv2::DESCRIBE_LISTENERS;
    let (application, gateway) = (kind.as_deref() == Some("application"), kind.as_deref() == Some("gateway"));
    let protocol = listener.protocol.map(|protocol| protocol.as_str().to_owned());
    let encrypts = matches!(protocol.as_deref(), Some("HTTPS" | "TLS"));
    let port = listener.port.map(i64::from);
    let security_policy =
        if encrypts { Reading::sent(listener.ssl_policy, call, "SslPolicy") } else { Reading::Absent };
    let load_balancer_name = load_balancer.rsplit('/').nth(1).unwrap_or_default();
    let name = port.map(|port| format!("{load_balancer_name}:{port}"));
    let readings = Listener {
        load_balancer: load_balancer.to_owned(),
        load_balancer_kind: Reading::sent(kind, &elbv2::DESCRIBE_LOAD_BALANCERS, "Type"),
        protocol: if gateway { Reading::Absent } else { Reading::sent(protocol, call, "Protocol") },
        port,
        default_action_documents: if wants("default_action_documents") {
            Reading::Known(in_order(listener.default_actions.clone()).iter().map(to_document).collect())
        } else {
            Reading::NotCollected
        },
        https_port: match https_port {
            _ if !wants("https_port") => Reading::NotCollected,
            Some(port) => Reading::Known(port),
            None => Reading::Absent,
        },
        default_actions: actions(listener.default_actions),
        rules: task
            .reading(Listener::TYPE, "rules", || async {
                if application { rules(task, &arn).await.map(Some) } else { Ok(None) }
            })
            .await,
        tls_versions: task
            .reading(Listener::TYPE, "tls_versions", || async { tls_versions(task, &security_policy).await })
            .await,
        security_policy,
        tags: task.reading(Listener::TYPE, "tags", || tags(task, &arn)).await,
    };
    task.scope.emit(Listener::TYPE, task.scope.place(arn, name, BTreeMap::new()), &readings).await;
}

fn actions(actions: Option<Vec<types::Action>>) -> Vec<ListenerAction> {
    in_order(actions).into_iter().map(action).collect()
}

fn in_order(actions: Option<Vec<types::Action>>) -> Vec<types::Action> {
    let mut actions = actions.unwrap_or_default();
    actions.sort_by_key(|action| action.order);
    actions
}

fn action(action: types::Action) -> ListenerAction {
    ListenerAction {
        kind: action.r#type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        redirect_protocol: action.redirect_config.and_then(|redirect| redirect.protocol),
    }
}

async fn rules(task: &Task, listener: &str) -> Result<Vec<ListenerRule>, CallFailure> {
    let mut rules = Vec::new();
    let mut pages = task.scope.clients.elbv2().describe_rules().listener_arn(listener).into_paginator().send();
    while let Some(page) = task.scope.page_about(listener, &elbv2::DESCRIBE_RULES, &mut pages).await? {
        rules.extend(
            page.rules.unwrap_or_default().into_iter().map(|rule| ListenerRule {
                priority: rule.priority.unwrap_or_default(),
                actions: actions(rule.actions),
            }),
        );
    }
    Ok(rules)
}

async fn tls_versions(task: &Task, policy: &Reading<String>) -> Reading<Vec<String>> {
    let name = match policy {
        Reading::Known(name) => name,
        Reading::Unreadable(failure) => return Reading::Unreadable(failure.clone()),
        Reading::Absent | Reading::NotCollected => return Reading::Absent,
    };
    let policies = task.scope.once("elbv2.security_policies", || security_policies(task)).await;
    match policies.as_ref() {
        Ok(policies) => {
            let versions = policies.get(name).filter(|versions| !versions.is_empty()).cloned();
            Reading::sent(versions, &elbv2::DESCRIBE_SSL_POLICIES, &format!("policy {name}"))
        }
        Err(failure) => Reading::Unreadable(failure.clone()),
    }
}

/// The TLS versions of every security policy that AWS has.
async fn security_policies(task: &Task) -> Result<HashMap<String, Vec<String>>, CallFailure> {
    let mut policies = HashMap::new();
    let mut marker = None;
    loop {
        let request = task.scope.clients.elbv2().describe_ssl_policies().set_marker(marker);
        let answer = task.scope.call(&elbv2::DESCRIBE_SSL_POLICIES, request.send()).await?;
        policies.extend(
            answer
                .ssl_policies
                .unwrap_or_default()
                .into_iter()
                .filter_map(|policy| Some((policy.name?, policy.ssl_protocols.unwrap_or_default()))),
        );
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(policies);
        }
    }
}
