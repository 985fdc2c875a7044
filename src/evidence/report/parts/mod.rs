//! The parts of the report, in order.

mod appendix;
mod cover;
mod decisions;
mod findings;
mod frameworks;
mod gaps;
mod method;
mod scope;
mod summary;

pub use cover::cover;

use super::figures::Figures;
use super::flow::Flow;
use super::structure::Role;
use crate::evidence::dossier::Dossier;

/// Everything after the contents.
pub fn body(flow: &mut Flow<'_>, dossier: &Dossier, figures: &Figures<'_>) {
    type Part = fn(&mut Flow<'_>, &Dossier, &Figures<'_>);
    let parts: [Part; 10] = [
        summary::summary,
        scope::scope,
        frameworks::frameworks,
        findings::findings,
        gaps::gaps,
        decisions::waivers,
        decisions::actions,
        method::method,
        method::audit_log,
        appendix::appendix,
    ];
    for part in parts {
        flow.open(Role::Section);
        part(flow, dossier, figures);
        flow.close();
    }
}

/// The anchor of what is said of a control.
fn control_anchor(id: &str) -> String {
    format!("control:{id}")
}
