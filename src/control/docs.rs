//! The pages of `docs/controls/`, made from the library, so that they cannot disagree with it.

use super::library::Library;
use super::model::Control;
use super::parameter::{Limit, show};
use crate::inventory::schema::{COMMON_FIELDS, Type};
use crate::inventory::{self, Field, Record, ResourceType};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// File name (relative to `docs/`) to text of every generated page.
#[must_use]
pub fn pages(library: &Library) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    pages.insert("controls/README.md".to_owned(), index(library));
    for control in library.controls() {
        pages.insert(format!("controls/{}.md", control.id), page(control));
    }
    pages.insert("resources.md".to_owned(), resources());
    pages.insert("operations.md".to_owned(), operations(library));
    pages
}

const GENERATED: &str = "<!-- Made by `ciacm controls docs --write`; do not edit. -->\n\n";

fn index(library: &Library) -> String {
    let mut text = format!("{GENERATED}# Controls\n\nThe {} controls that `ciacm` ships, by service.\n", library.len());
    let mut service = "";
    let mut controls: Vec<_> = library.controls().collect();
    controls.sort_by_key(|control| (control.resource.provider(), control.resource.service(), control.id.as_str()));
    for control in controls {
        if control.resource.service() != service {
            service = control.resource.service();
            let _ =
                write!(text, "\n## {service}\n\n| control | severity | what is true when it passes |\n|---|---|---|\n");
        }
        let _ = writeln!(text, "| [{0}]({0}.md) | {1} | {2} |", control.id, control.severity, control.title);
    }
    text
}

/// The page of one control; `controls show` prints the same.
#[must_use]
pub fn page(control: &Control) -> String {
    let mut text = format!("{GENERATED}# {}: {}\n\n{}\n\n", control.id, control.title, control.summary.trim());
    let _ = writeln!(
        text,
        "| | |\n|---|---|\n| severity | {} |\n| resource | `{}` |",
        control.severity, control.resource.name
    );
    for (framework, ids) in &control.frameworks {
        let _ = writeln!(text, "| {framework} | {} |", ids.join(", "));
    }
    let calls = control.resource.calls_for(control.reads());
    let calls: Vec<_> = calls.iter().map(|call| format!("`{}`", call.name)).collect();
    let _ = writeln!(text, "| calls | {} |", calls.join(", "));
    let _ = write!(text, "\n## Why\n\n{}\n", control.rationale.trim());
    if !control.parameters.is_empty() {
        text.push_str("\n## Parameters\n\n| name | type | default | allowed | what it is |\n|---|---|---|---|---|\n");
        for parameter in &control.parameters {
            let bound = |value: &Option<_>| value.as_ref().map_or_else(|| "…".to_owned(), show);
            let allowed = match (&parameter.min, &parameter.max) {
                (None, None) => "any".to_owned(),
                (min, max) => format!("{} to {}", bound(min), bound(max)),
            };
            let limits: String = parameter
                .limits
                .iter()
                .map(|(framework, limit)| match limit {
                    Limit::AtMost(value) => format!(" {framework} asks for at most {}.", show(value)),
                    Limit::AtLeast(value) => format!(" {framework} asks for at least {}.", show(value)),
                })
                .collect();
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {allowed} | {}.{limits} |",
                parameter.name,
                parameter.kind,
                show(&parameter.default),
                parameter.about.trim_end_matches('.')
            );
        }
    }
    text.push_str("\n## Check\n\n");
    if let Some(applies_when) = &control.check.applies_when {
        let _ = write!(text, "Applies when:\n\n```cel\n{}\n```\n\n", applies_when.source().trim());
    }
    for condition in &control.check.pass_when {
        let _ = write!(
            text,
            "```cel\n{}\n```\n\nOtherwise: {}\n\n",
            condition.program.source().trim(),
            condition.otherwise
        );
    }
    let _ = write!(text, "## Repair\n\n{}\n", control.remediation.manual.trim());
    if let Some(automatic) = &control.remediation.automatic {
        let operation = automatic.operation;
        let permissions: Vec<_> = operation.permissions().iter().map(|one| format!("`{one}`")).collect();
        let _ = write!(
            text,
            "\n## Automatic repair\n\n{}\n\n| | |\n|---|---|\n| operation | `{}` |\n| risk | {} |\n| impact | {} |\n\
             | rollback | {} |\n| permissions | {} |\n| tested | {} |\n",
            operation.about,
            operation.name,
            automatic.risk,
            paragraph(&automatic.impact),
            operation.rollback_told(automatic.rollback),
            permissions.join(", "),
            operation.tested_against()
        );
    }
    if !control.references.is_empty() {
        text.push_str("\n## References\n\n");
        for reference in &control.references {
            let _ = writeln!(text, "- <{reference}>");
        }
    }
    text
}

fn operations(library: &Library) -> String {
    let mut text = format!(
        "{GENERATED}# Operations\n\nWhat a control's `automatic` may do, by service. [remediation.md](remediation.md) tells how \
         repairs are planned, approved and applied.\n"
    );
    for operation in crate::remediation::operations() {
        let users: Vec<_> = library
            .controls()
            .filter(|control| control.remediation.automatic.as_ref().is_some_and(|one| one.operation == operation))
            .map(|control| format!("[{0}](controls/{0}.md)", control.id))
            .collect();
        let approval = if operation.rollback_needs_approval { "; takes an approval of its own" } else { "" };
        let code = |names: Vec<&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let _ = write!(
            text,
            "\n## {}\n\n{}\n\n| | |\n|---|---|\n| resource | `{}` |\n| risk | {} |\n| rollback | {}{approval} |\n\
             | reads | {} |\n| calls | {} |\n| permissions | {} |\n| tested | {} |\n| used by | {} |\n",
            operation.name,
            operation.about,
            operation.kind.name,
            operation.risk,
            operation.rollback_told(operation.rollback),
            code(operation.reads().collect()),
            code(operation.writes.iter().map(|write| write.call.name).collect()),
            code(operation.permissions()),
            operation.tested_against(),
            users.join(", ")
        );
        if !operation.arguments.is_empty() {
            text.push_str("\n| argument | type | what it is |\n|---|---|---|\n");
            for argument in operation.arguments {
                let optional = if argument.required { "" } else { ", optional" };
                let _ = writeln!(
                    text,
                    "| `{}` | {}{optional} | {} |",
                    argument.name,
                    type_name(argument.ty),
                    paragraph(argument.about)
                );
            }
        }
    }
    text
}

fn resources() -> String {
    let mut text = format!(
        "{GENERATED}# Resource types\n\nWhat an expression may name of each resource type, and the API call behind it. \
         A field marked *optional* may be absent: guard it with `has(...)`.\n\n## Fields of every resource\n\n"
    );
    table(&mut text, COMMON_FIELDS, None);
    let mut records: BTreeMap<&str, &'static Record> = BTreeMap::new();
    for kind in inventory::resource_types() {
        let _ = write!(text, "\n## {}\n\n{}\n", kind.name, kind.record.about.trim());
        let listed: Vec<_> = kind.listed_by.iter().map(|call| format!("`{}`", call.name)).collect();
        if !listed.is_empty() {
            let _ = write!(text, "\nListed by {}.\n", listed.join(", "));
        }
        text.push('\n');
        table(&mut text, kind.record.fields, Some(kind));
        kind.record.fields.iter().for_each(|field| nested(field.ty, &mut records));
    }
    text.push_str("\n# Records\n");
    for record in records.values() {
        let _ = write!(text, "\n## {}\n\n{}\n\n", record.name, record.about.trim());
        table(&mut text, record.fields, None);
        for helper in record.helpers {
            let parameters: Vec<_> = helper.parameters.iter().map(|ty| type_name(*ty)).collect();
            let _ = write!(
                text,
                "\n`.{}({})` gives {}: {}\n",
                helper.name,
                parameters.join(", "),
                type_name(helper.returns),
                paragraph(helper.about)
            );
        }
    }
    text
}

fn nested(ty: Type, records: &mut BTreeMap<&str, &'static Record>) {
    match ty {
        Type::List(item) | Type::Map(item) => nested(*item, records),
        Type::Record(record) if records.insert(record.name, record).is_none() => {
            record.fields.iter().for_each(|field| nested(field.ty, records));
        }
        _ => {}
    }
}

fn table(text: &mut String, fields: &[Field], kind: Option<&ResourceType>) {
    text.push_str(if kind.is_some() {
        "| field | type | what it is | call |\n|---|---|---|---|\n"
    } else {
        "| field | type | what it is |\n|---|---|---|\n"
    });
    for field in fields {
        let optional = if field.optional { ", optional" } else { "" };
        let _ = write!(text, "| `{}` | {}{optional} | {} |", field.name, type_name(field.ty), paragraph(field.about));
        if kind.is_some() {
            let calls: Vec<_> = field.calls.iter().map(|call| format!("`{}`", call.name)).collect();
            let _ = write!(text, " {} |", calls.join(", "));
        }
        text.push('\n');
    }
}

fn paragraph(about: &str) -> String {
    about.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

fn type_name(ty: Type) -> String {
    match ty {
        Type::Any => "any".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Int => "int".to_owned(),
        Type::Float => "float".to_owned(),
        Type::String => "string".to_owned(),
        Type::Timestamp => "timestamp".to_owned(),
        Type::List(item) => format!("list of {}", type_name(*item)),
        Type::Map(item) => format!("map of {}", type_name(*item)),
        Type::Record(record) => format!("[{0}](#{1})", record.name, record.name.to_lowercase()),
    }
}
