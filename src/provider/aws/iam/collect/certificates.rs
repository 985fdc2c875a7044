//! Reads the TLS certificates kept in IAM.

use super::moment;
use crate::inventory::aws::iam::{self, ServerCertificate};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::Task;
use std::collections::BTreeMap;

pub(super) async fn collect(task: Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.iam().list_server_certificates().into_paginator().send();
    while let Some(page) = task.scope.page(&iam::LIST_SERVER_CERTIFICATES, &mut pages).await? {
        for certificate in page.server_certificate_metadata_list {
            let expires_at = certificate
                .expiration
                .and_then(moment)
                .ok_or_else(|| CallFailure::incomplete(&iam::LIST_SERVER_CERTIFICATES, "expiration date"));
            let readings = ServerCertificate {
                uploaded_at: certificate.upload_date.and_then(moment),
                expires_at: Reading::from(expires_at),
            };
            let name = Some(certificate.server_certificate_name);
            let place = task.scope.global_place(certificate.arn, name, BTreeMap::new());
            task.scope.emit(ServerCertificate::TYPE, place, &readings).await;
        }
    }
    Ok(())
}
