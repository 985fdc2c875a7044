//! Operations on snapshots of instances and of clusters.

use crate::inventory::aws::rds::{ClusterSnapshot, Snapshot};
use crate::remediation::operation::{Change, Input, Operation, Refusal, Risk, WriteApi};
use crate::remediation::operations::aws::sharing::{ACCOUNT_ARGUMENTS, COPIES_STAY, Parted, parted};
use serde_json::json;

const MODIFY_SNAPSHOT: WriteApi =
    WriteApi::idempotent("rds:ModifyDBSnapshotAttribute", &["rds:ModifyDBSnapshotAttribute"]);
const MODIFY_CLUSTER_SNAPSHOT: WriteApi =
    WriteApi::idempotent("rds:ModifyDBClusterSnapshotAttribute", &["rds:ModifyDBClusterSnapshotAttribute"]);

/// Snapshots of instances.
pub(super) const UNSHARE_INSTANCE_SNAPSHOT: Operation = Operation {
    name: "aws.rds.unshare_instance_snapshot",
    about: "Takes the snapshot back from the chosen accounts; the others may still restore it.",
    state: &["shared_with"],
    arguments: ACCOUNT_ARGUMENTS,
    risk: Risk::Disruptive,
    writes: &[MODIFY_SNAPSHOT],
    settles_within: 120,
    prepare: |input| unshare(input, &MODIFY_SNAPSHOT, "DBSnapshotIdentifier"),
    ..Operation::of(Snapshot::TYPE)
};

/// Snapshots of clusters.
pub(super) const UNSHARE_CLUSTER_SNAPSHOT: Operation = Operation {
    name: "aws.rds.unshare_cluster_snapshot",
    about: "Takes the snapshot back from the chosen accounts; the others may still restore it.",
    state: &["shared_with"],
    arguments: ACCOUNT_ARGUMENTS,
    risk: Risk::Disruptive,
    writes: &[MODIFY_CLUSTER_SNAPSHOT],
    settles_within: 120,
    prepare: |input| unshare(input, &MODIFY_CLUSTER_SNAPSHOT, "DBClusterSnapshotIdentifier"),
    ..Operation::of(ClusterSnapshot::TYPE)
};

fn unshare(input: &Input<'_>, modify: &WriteApi, named_by: &str) -> Result<Change, Refusal> {
    let Some(Parted { gone, rest }) = parted(input)? else { return Ok(Change::nothing()) };
    let parameters = |values: &str| {
        let mut parameters = json!({"AttributeName": "restore"});
        parameters[named_by] = input.name().into();
        parameters[values] = gone.clone().into();
        parameters
    };
    let undo = input.call(modify, parameters("ValuesToAdd"));
    let write = input.write(modify, parameters("ValuesToRemove"), [undo]).then("shared_with", rest.into());
    Ok(Change::by([write]).telling(COPIES_STAY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remediation::operations::aws::testing::{parameters, prepare, undo};

    #[test]
    fn chosen_accounts_go_and_the_others_stay() {
        let cases = [
            (&UNSHARE_INSTANCE_SNAPSHOT, "rds:ModifyDBSnapshotAttribute", "DBSnapshotIdentifier"),
            (&UNSHARE_CLUSTER_SNAPSHOT, "rds:ModifyDBClusterSnapshotAttribute", "DBClusterSnapshotIdentifier"),
        ];
        for (operation, call, named_by) in cases {
            let fields = json!({"shared_with": ["111122223333", "all", "999988887777"]});
            for (chosen, rest) in [
                (json!(["all"]), json!(["111122223333", "999988887777"])),
                (json!(["all", "999988887777"]), json!(["111122223333"])),
            ] {
                let change = prepare(operation, fields.clone(), json!({"for_each": chosen})).unwrap();
                assert_eq!(
                    parameters(&change),
                    [(call, json!({"AttributeName": "restore", named_by: "example", "ValuesToRemove": chosen}))]
                );
                assert_eq!(
                    undo(&change),
                    [(call, json!({"AttributeName": "restore", named_by: "example", "ValuesToAdd": chosen}))]
                );
                assert_eq!(change.writes[0].after["shared_with"], rest);
            }
            for nobody in [json!([]), json!(["222233334444"])] {
                let nothing = prepare(operation, fields.clone(), json!({"for_each": nobody}));
                assert_eq!(nothing, Ok(Change::nothing()));
            }
        }
    }
}
