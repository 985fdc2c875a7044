//! Copies of checkpoints in a bucket of the emulator.

use crate::support::ciacm::Ciacm;
use crate::support::emulator::Emulator;

#[test]
fn checkpoints_are_copied_to_a_bucket_and_copies_are_never_replaced() {
    let emulator = Emulator::start();
    emulator.python(r#"import boto3; boto3.client("s3").create_bucket(Bucket="audit-copies")"#);
    let ciacm = Ciacm::new();
    ciacm.args(["scan", "demo", "--fail-on", "none", "--service", "sns"]).run().expect_code(0);
    let anchor = |to: &str| {
        let command = ciacm.args(["audit", "anchor", "--format", "json", "--to", to]);
        command.env("AWS_ENDPOINT_URL", emulator.url()).env("AWS_REGION", "us-east-1").run()
    };
    let first = anchor("s3://audit-copies/ciacm").expect_code(0).json();
    assert_eq!((&first["copied"], &first["files"]), (&1.into(), &1.into()));
    let second = anchor("s3://audit-copies/ciacm/").expect_code(0).json();
    assert_eq!((&second["copied"], &second["files"]), (&1.into(), &2.into()));

    // The bytes in the bucket are those of the home.
    let size = first["size"].as_u64().unwrap();
    let read = format!(
        r#"import boto3; print(boto3.client("s3").get_object(Bucket="audit-copies", Key="ciacm/{size:012}.txt")["Body"].read().decode(), end="")"#
    );
    let own = std::fs::read_to_string(ciacm.home().join(format!("checkpoints/{size:012}.txt"))).unwrap();
    assert_eq!(emulator.python(&read), own);

    let overwrite = format!(
        r#"import boto3; boto3.client("s3").put_object(Bucket="audit-copies", Key="ciacm/{size:012}.txt", Body=b"another")"#
    );
    emulator.python(&overwrite);
    let refused = anchor("s3://audit-copies/ciacm").expect_code(4);
    assert!(refused.stderr.contains("is not what this home has"), "{}", refused.stderr);
    assert_eq!(emulator.python(&read), "another");
    let missing = anchor("s3://no-such-bucket").expect_code(2);
    assert!(missing.stderr.contains("NoSuchBucket") && missing.stderr.contains("s3:PutObject"), "{}", missing.stderr);
}
