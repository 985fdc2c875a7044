//! `ciacm audit show`.

use crate::cli::error::CommandError;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::{Context, exit};
use crate::hash::hex;
use crate::report::audit as table;
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The entry's number
    #[arg(value_name = "SEQ")]
    seq: u64,
    #[command(flatten)]
    output: OutputArgs,
}

pub fn run(context: &Context, args: &ShowArgs) -> Result<u8, CommandError> {
    let store = context.store_to_read()?;
    let Some(stored) = store.audit_entry(args.seq)? else {
        let size = store.audit_size()?;
        return Err(CommandError::new(format!("the audit log has no entry {}", args.seq))
            .why(format!("it has {size}"))
            .next("see `ciacm audit list`"));
    };
    let entry = stored.entry()?;
    match args.output.format {
        Format::Table => args.output.emit(|out| table::entry(out, &entry, &hex(&stored.leaf)))?,
        Format::Json => {
            let tree = store.audit_tree()?;
            let proof =
                args.seq.checked_sub(1).and_then(|index| tree.inclusion(index, tree.size())).unwrap_or_default();
            let root = tree.root(tree.size()).unwrap_or_default();
            args.output.emit_json(&json!({
                "entry": entry,
                "leaf": hex(&stored.leaf),
                "inclusion": {
                    "index": args.seq.saturating_sub(1),
                    "size": tree.size(),
                    "root": hex(&root),
                    "path": proof.iter().map(|hash| hex(hash)).collect::<Vec<_>>(),
                },
            }))?;
        }
    }
    Ok(exit::FINE)
}
