//! `README.md` of a pack.

use super::dossier::Dossier;
use crate::audit::Checkpoint;
use crate::hash::hex;
use std::fmt::Write as _;

const TEMPLATE: &str = include_str!("assets/README.md");

/// The text. `stamped` if time stamps were asked for and the authority answered; `previous` is the checkpoint that the
/// consistency proof begins at.
#[must_use]
pub fn text(dossier: &Dossier, stamped: bool, previous: Option<&Checkpoint>) -> String {
    let organisation = plain(&dossier.organisation);
    // What people chose comes last, so that nothing in it is taken for a placeholder.
    TEMPLATE
        .replace("{as_of}", &dossier.as_of.to_string())
        .replace("{tool_version}", &dossier.tool_version)
        .replace("{fingerprint}", &dossier.signer.root_fingerprint)
        .replace("{timestamps}", if stamped { STAMPS } else { "" })
        .replace("{consistency}", &previous.map(consistency).unwrap_or_default())
        .replace("{scope}", &scope(dossier))
        .replace("{organisation}", &organisation)
}

const STAMPS: &str = "
**5. When.** The time stamps (RFC 3161) say that the list of hashes and the checkpoint existed at their time. They are
worth what the authority is worth: compare the last certificate of `keys/tsa.crt` with the authority's own.

```sh
openssl ts -verify -data SHA256SUMS -in SHA256SUMS.tst -token_in -CAfile keys/tsa.crt -partial_chain
openssl ts -verify -data audit/checkpoint.txt -in audit/checkpoint.txt.tst -token_in -CAfile keys/tsa.crt -partial_chain
openssl ts -reply -in SHA256SUMS.tst -token_in -text
```
";

fn consistency(previous: &Checkpoint) -> String {
    format!(
        "
## It goes on from an earlier pack

`audit/consistency.json` proves that the audit log begins with the {} entries that the checkpoint of an earlier pack
vouches for (root `{}`): none of them was changed or taken out since. If you have that pack, compare with its
`audit/checkpoint.txt`, or let the program do it: `ciacm evidence verify PACK --against OLDER_PACK`.
",
        previous.size,
        hex(&previous.root)
    )
}

fn scope(dossier: &Dossier) -> String {
    let scope = &dossier.scope;
    let mut text = String::from("| scope | |\n|---|---|\n");
    // Writing to a String cannot fail.
    for account in &scope.accounts {
        let _ = writeln!(
            text,
            "| account | {} {}, {} regions, scan `{}`{} |",
            plain(&account.provider),
            plain(&account.id),
            account.regions.len(),
            account.scan,
            if account.complete { "" } else { " (incomplete: see the report)" }
        );
    }
    let list = |values: &[String], all: &str| {
        if values.is_empty() { all.to_owned() } else { plain(&values.join(", ")) }
    };
    let _ = writeln!(text, "| frameworks | {} |", list(&scope.frameworks, "all"));
    let _ = writeln!(text, "| controls | {} ({} ran) |", list(&scope.controls, "all"), dossier.controls.len());
    let period = match (scope.from, scope.to) {
        (None, None) => "not limited".to_owned(),
        (from, to) => format!(
            "{} to {}",
            from.map_or_else(|| "the beginning".to_owned(), |from| from.to_string()),
            to.map_or_else(|| "now".to_owned(), |to| to.to_string())
        ),
    };
    let _ = writeln!(text, "| period | {period} |");
    let _ = write!(text, "| findings | {} |", dossier.findings.len());
    text
}

/// A text that is no markup and stays on its line.
fn plain(text: &str) -> String {
    let harmless = |c: char| match c {
        '<' => '\u{2039}',
        '>' => '\u{203a}',
        '`' | '|' | '{' | '}' | '[' | ']' | '*' | '\\' => ' ',
        c if c.is_control() => ' ',
        c => c,
    };
    let text: String = text.chars().map(harmless).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
