//! `ciacm remediate plan`.

use super::cloud::{AccountArgs, connect};
use super::print;
use super::work::bar;
use crate::audit::Actor;
use crate::cli::error::CommandError;
use crate::cli::file::WholeFile;
use crate::cli::identity::now;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::selection::severity;
use crate::cli::{Context, exit, warn};
use crate::control::model::Control;
use crate::control::selection::{FrameworkChoice, Overrides, known_control, overrides};
use crate::control::{Library, Severity, permissions};
use crate::finding::{Status, Verdict};
use crate::inventory::Resource;
use crate::policy::{ParameterValue, parse_duration};
use crate::remediation::cloud::{Cloud, Identity, Target, read_all};
use crate::remediation::plan::{Action, FORMAT, LeftOut, Limits, Plan, PlanBody, Source};
use crate::remediation::planner::{self, Candidate, Terms};
use crate::store::{Finding, FindingFilter, Store, StoreError};
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ciacm remediate plan 3f2a9c01 --out plan.json\n  \
    ciacm remediate plan --control AWS-S3-001 --account 111122223333 --out plan.json\n  \
    ciacm remediate plan --severity high --protect 'prod-*'\n\n\
    Findings of `scan demo` and of snapshots are planned from the recording; such a plan cannot be applied.")]
pub struct PlanArgs {
    /// Findings, by id or the beginning of it [default: all that are open and that a machine may repair]
    #[arg(value_name = "FINDING")]
    findings: Vec<String>,
    /// Only findings of this control; `*` stands for any text (repeatable)
    #[arg(long = "control", value_name = "ID", value_delimiter = ',', help_heading = "Selection")]
    controls: Vec<String>,
    /// Only findings of this severity or a worse one
    #[arg(long, value_parser = severity, help_heading = "Selection")]
    severity: Option<Severity>,
    /// Only findings of controls that serve this framework, or one requirement of it
    #[arg(long, value_name = "ID[:REQUIREMENT]", help_heading = "Selection")]
    framework: Option<String>,
    /// Only findings in this account (repeatable)
    #[arg(long = "account", value_name = "ID", value_delimiter = ',', help_heading = "Selection")]
    accounts: Vec<String>,
    /// Set a parameter of a control [default: as in the scan]
    #[arg(long = "param", value_name = "CONTROL.NAME=VALUE", help_heading = "Selection")]
    parameters: Vec<String>,
    /// Never touch resources whose id or name matches; `*` stands for any text (repeatable)
    #[arg(long = "protect", value_name = "PATTERN", help_heading = "Limits")]
    protected: Vec<String>,
    /// One run changes so many resources at most
    #[arg(long, value_name = "N", default_value = "20", help_heading = "Limits")]
    max_changes: u32,
    /// A run stops after so many failures
    #[arg(long, value_name = "N", default_value = "1", help_heading = "Limits")]
    max_failures: u32,
    /// How long the plan may be applied: 24h, 90m, 7d
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = duration, help_heading = "Limits")]
    expires: SignedDuration,
    /// Write the plan to this file, to be approved and applied
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    out: Option<PathBuf>,
    #[command(flatten)]
    account: AccountArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Reads a length of time for clap.
pub fn duration(text: &str) -> Result<SignedDuration, String> {
    let duration = parse_duration(text).map_err(|error| error.to_string())?;
    if duration > SignedDuration::ZERO { Ok(duration) } else { Err("it must be longer than nothing".to_owned()) }
}

pub fn run(context: &Context, args: PlanArgs) -> Result<u8, CommandError> {
    for path in args.out.iter().chain(&args.output.output) {
        WholeFile::check(path)?;
    }
    let library = context.library()?;
    let mut store = context.store()?;
    let settings = overrides(&library, &args.parameters)?;
    let (chosen, mut left_out) = choose(&store, &library, &args)?;
    let source = source_of(&store, &chosen)?;
    let maker = Maker { store: &store, library: &library, settings, now: now(), protected: &args.protected };
    let mut accounts = BTreeMap::new();
    let actions = match source {
        Source::Recording => maker.of_recording(chosen, &mut accounts, &mut left_out)?,
        Source::Account if chosen.is_empty() => Vec::new(),
        Source::Account => {
            let cloud = connect(&args.account)?;
            maker.of_account(chosen, &*cloud, &mut accounts, &mut left_out)?
        }
    };
    let entering = permissions::ALWAYS.iter().map(|one| (*one).to_owned()).filter(|_| !actions.is_empty());
    let permissions: BTreeSet<_> =
        actions.iter().flat_map(|action| action.permissions.iter().cloned()).chain(entering).collect();
    let made_at = maker.now;
    let body = PlanBody {
        format: FORMAT.to_owned(),
        id: uuid::Uuid::now_v7().to_string(),
        made_at,
        expires_at: made_at.checked_add(args.expires).map_err(|error| CommandError::new(error.to_string()))?,
        tool: format!("ciacm {}", env!("CARGO_PKG_VERSION")),
        library: library.hash(),
        requester: Actor::current(),
        source,
        accounts,
        limits: Limits { max_changes: args.max_changes, max_failures: args.max_failures },
        actions: planner::in_order(actions),
        left_out,
        permissions: permissions.into_iter().collect(),
    };
    let plan = Plan::seal(body).map_err(|error| CommandError::new("the plan cannot be made").why(error.to_string()))?;
    store.record_plan(&plan)?;
    emit(&plan, &args)?;
    let nothing = plan.body.actions.is_empty() && !plan.body.left_out.is_empty();
    Ok(if nothing { exit::INCOMPLETE } else { exit::FINE })
}

fn emit(plan: &Plan, args: &PlanArgs) -> Result<(), CommandError> {
    let bytes = plan.to_bytes().map_err(|error| CommandError::new(error.to_string()))?;
    if let Some(path) = &args.out {
        let mut file = WholeFile::create(path)?;
        file.file().write_all(&bytes)?;
        file.finish()?;
    }
    args.output.emit(|out| -> Result<(), CommandError> {
        match args.output.format {
            Format::Json => out.write_all(&bytes)?,
            Format::Table => print::plan(out, plan, args.out.as_deref())?,
        }
        Ok(())
    })
}

/// The findings asked for that a machine may repair, with their controls, and those of the named ones that it may not.
fn choose(store: &Store, library: &Library, args: &PlanArgs) -> Result<(Vec<Finding>, Vec<LeftOut>), CommandError> {
    for id in args.controls.iter().filter(|id| !id.contains('*')) {
        known_control(library, id)?;
    }
    let chosen = args.framework.as_deref().map(FrameworkChoice::parse).transpose()?;
    let mut named = BTreeSet::new();
    for prefix in &args.findings {
        named.insert(store.finding(prefix)?.id.to_string());
    }
    let filter = FindingFilter {
        at_least: args.severity,
        controls: args.controls.clone(),
        framework: chosen.map(|chosen| chosen.framework.to_owned()),
        requirements: chosen.and_then(|chosen| chosen.requirement).map(ToOwned::to_owned).into_iter().collect(),
        accounts: args.accounts.clone(),
        statuses: if named.is_empty() { vec![Status::Open] } else { Vec::new() },
        ..FindingFilter::default()
    };
    let (mut findings, mut left_out) = (Vec::new(), Vec::new());
    store.findings(&filter, |finding| -> Result<(), StoreError> {
        if !named.is_empty() && !named.contains(&finding.id.to_string()) {
            return Ok(());
        }
        let automatic = library.control(&finding.control).is_some_and(|one| one.remediation.automatic.is_some());
        let reason = match (finding.verdict, automatic) {
            (Verdict::Fail, true) if finding.status == Some(Status::Open) => None,
            (Verdict::Fail, true) => Some("it is waived"),
            (Verdict::Fail, false) => Some("a human must repair it; `ciacm findings show` says how"),
            _ => Some("it does not fail"),
        };
        match reason {
            None => findings.push(finding),
            Some(reason) if !named.is_empty() => left_out.push(left(&finding, reason.to_owned())),
            Some(_) => {}
        }
        Ok(())
    })?;
    Ok((findings, left_out))
}

fn left(finding: &Finding, reason: String) -> LeftOut {
    LeftOut {
        finding: finding.id.to_string(),
        control: finding.control.clone(),
        resource: finding.resource.clone(),
        reason,
    }
}

/// Where the findings come from; recorded and live ones do not go into one plan.
fn source_of(store: &Store, findings: &[Finding]) -> Result<Source, CommandError> {
    let mut recorded = BTreeSet::new();
    let mut scans = BTreeMap::new();
    for finding in findings {
        let is_recorded = match scans.get(&finding.last_scan) {
            Some(known) => *known,
            None => {
                let is_recorded = store.scan(&finding.last_scan.into())?.provider == "snapshot";
                scans.insert(finding.last_scan, is_recorded);
                is_recorded
            }
        };
        recorded.insert(is_recorded);
    }
    match recorded.len() {
        2 => Err(CommandError::new("these findings do not go into one plan")
            .why("some come from a recording, others from an account")
            .next("choose with --account, or use a home of its own for recordings")),
        _ => Ok(if recorded.contains(&true) { Source::Recording } else { Source::Account }),
    }
}

struct Maker<'a> {
    store: &'a Store,
    library: &'a Library,
    settings: Overrides,
    now: Timestamp,
    protected: &'a [String],
}

impl Maker<'_> {
    fn of_account(
        &self,
        findings: Vec<Finding>,
        cloud: &(dyn Cloud + Sync),
        accounts: &mut BTreeMap<String, String>,
        left_out: &mut Vec<LeftOut>,
    ) -> Result<Vec<Action>, CommandError> {
        let mut strangers = BTreeSet::new();
        let mut resources = Vec::new();
        for (target, findings) in by_resource(findings) {
            let Some(identity) = cloud.identity(&target.account) else {
                let reason = format!("the credentials do not lead to account {}", target.account);
                left_out.extend(findings.iter().map(|one| left(one, reason.clone())));
                strangers.insert(target.account);
                continue;
            };
            resources.push((target, identity, self.candidates(findings)?));
        }
        let wanted = resources.iter().map(|(target, _, candidates)| (target.clone(), planner::fields(candidates)));
        let bar = bar(resources.len() as u64, "resources");
        let read = read_all(cloud, &wanted.collect::<Vec<_>>(), || bar.inc(1));
        bar.finish_and_clear();
        let mut actions = Vec::new();
        for ((target, identity, candidates), read) in resources.into_iter().zip(read) {
            let read = read.map_err(|failure| failure.to_string());
            let read = read.and_then(|found| found.ok_or_else(|| "the resource is gone".to_owned()));
            let (action, left) = self.plan(read, candidates, &identity);
            left_out.extend(left);
            if let Some(action) = action {
                accounts.insert(target.account, identity.arn);
                actions.push(action);
            }
        }
        if actions.is_empty() && !strangers.is_empty() {
            let strangers: Vec<_> = strangers.into_iter().collect();
            warn(&format!("no credentials for account {}; give --profile or --role-arn", strangers.join(", ")));
        }
        Ok(actions)
    }

    fn of_recording(
        &self,
        findings: Vec<Finding>,
        accounts: &mut BTreeMap<String, String>,
        left_out: &mut Vec<LeftOut>,
    ) -> Result<Vec<Action>, CommandError> {
        let mut actions = Vec::new();
        for (target, findings) in by_resource(findings) {
            let recorded = match findings.first() {
                Some(finding) => self.store.document_of(finding)?,
                None => None,
            };
            let read = recorded.ok_or_else(|| "the recording does not hold the resource".to_owned());
            let identity = Identity { account: target.account.clone(), arn: String::new() };
            let candidates = self.candidates(findings)?;
            let (action, left) = self.plan(read, candidates, &identity);
            left_out.extend(left);
            if let Some(action) = action {
                accounts.insert(target.account, "a recording".to_owned());
                actions.push(action);
            }
        }
        Ok(actions)
    }

    fn plan(
        &self,
        read: Result<Resource, String>,
        candidates: Vec<Candidate<'_>>,
        identity: &Identity,
    ) -> (Option<Action>, Vec<LeftOut>) {
        match read {
            Ok(resource) => {
                let terms = Terms { now: self.now, protected: self.protected };
                planner::plan_resource(resource.document(), candidates, identity, terms)
            }
            Err(why) => (None, candidates.iter().map(|one| left(&one.finding, why.clone())).collect()),
        }
    }

    fn candidates(&self, findings: Vec<Finding>) -> Result<Vec<Candidate<'_>>, CommandError> {
        let mut candidates = Vec::new();
        for finding in findings {
            let Some(control) = self.library.control(&finding.control) else { continue };
            let Some(automatic) = &control.remediation.automatic else { continue };
            let parameters = self.parameters(control, &finding)?;
            candidates.push(Candidate { finding, control, automatic, parameters });
        }
        Ok(candidates)
    }

    /// The parameters that the control had in the scan, unless the user sets others.
    fn parameters(&self, control: &Control, finding: &Finding) -> Result<Vec<(String, ParameterValue)>, CommandError> {
        let mut values = BTreeMap::new();
        let used = self.store.scan_controls(&finding.last_scan)?;
        let used = used.iter().find(|one| one.control == control.id).and_then(|one| one.parameters.as_object());
        for (name, shown) in used.into_iter().flatten() {
            let value = control.parameter(name).zip(shown.as_str()).map(|(parameter, text)| parameter.parse(text));
            if let Some(Ok(value)) = value {
                values.insert(name.clone(), value);
            }
        }
        values.extend(self.settings.get(&control.id).cloned().unwrap_or_default());
        Ok(control.parameter_values(&values))
    }
}

fn by_resource(findings: Vec<Finding>) -> BTreeMap<Target, Vec<Finding>> {
    let mut resources: BTreeMap<Target, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        let target = Target {
            account: finding.account.clone(),
            region: finding.region.clone(),
            kind: finding.kind.clone(),
            id: finding.resource.clone(),
        };
        resources.entry(target).or_default().push(finding);
    }
    resources
}
