//! Exports that are killed, have no room, or ask an authority that lies.

use crate::support::ciacm::Ciacm;
use crate::support::pack::FEW;
use crate::support::tools::tool;
use crate::support::tsa::{Manner, Tsa};
use std::fs;
use std::time::Duration;

#[test]
fn a_killed_export_leaves_no_half_pack() {
    let ciacm = Ciacm::with_demo(&[]);
    let mut killed = 0;
    for (number, wait) in (0..14).map(|step| 20 + step * step * 12).enumerate() {
        let name = if number % 2 == 0 { format!("pack-{number}.zip") } else { format!("pack-{number}") };
        let mut child = ciacm.args(["evidence", "export", "--out", &name]).spawn();
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        if ciacm.path(&name).exists() {
            ciacm.verify(&ciacm.path(&name)).expect_code(0);
        } else {
            killed += 1;
        }
    }
    assert!(killed > 3, "only {killed} exports were killed before their end");
    // The home is as good as before.
    ciacm.run(["evidence", "export", "--out", "last.zip"]).expect_code(0);
    ciacm.run(["evidence", "verify", "last.zip"]).expect_code(0);
    ciacm.run(["audit", "verify"]).expect_code(0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_or_read_only_disk_gets_no_half_pack() {
    let ciacm = Ciacm::new();
    // The disk is that of the home; the pack goes there too.
    let script = r#"
        $ciacm init --organisation Example --no-passphrase > /dev/null
        $ciacm scan demo --control AWS-S3-001 --fail-on none > /dev/null
        dd if=/dev/zero of=home/ballast bs=1k 2> /dev/null || true
        truncate -s -40K home/ballast
        for out in home/pack.zip home/pack; do
            code=0; $ciacm evidence export --out $out 2>&1 || code=$?
            echo "export: $code"
            test ! -e $out && echo "nothing is there"
        done
        rm home/ballast
        ls -A home | grep '^.ciacm-' || echo "and nothing beside it"
        mkdir other; mount -t tmpfs -o size=8m tmpfs other; mount -o remount,ro other
        code=0; $ciacm evidence export --out other/pack.zip 2>&1 || code=$?
        echo "read-only: $code"
        $ciacm evidence export --out home/pack.zip > /dev/null && echo "with space it is there"
        $ciacm evidence verify home/pack.zip > /dev/null && echo "and verifies"
    "#;
    if let Some(said) = crate::homes::with_small_disk(&ciacm, "8m", script) {
        insta::assert_snapshot!(said);
    }
}

#[test]
fn a_time_stamp_is_checked_by_ciacm_and_by_openssl() {
    let Some(authority) = Tsa::start(Manner::Honest) else { return };
    let ciacm = Ciacm::with_demo(&FEW);
    ciacm
        .args(["evidence", "export", "--out", "pack", "--tsa-required", "--tsa", &authority.url()])
        .run()
        .expect_code(0);
    let pack = ciacm.path("pack");
    assert!(pack.join("SHA256SUMS.tst").exists() && pack.join("audit/checkpoint.txt.tst").exists());
    let root = authority.root();
    let report = ciacm
        .args(["evidence", "verify", "pack", "--format", "json", "--tsa-ca"])
        .args([&root])
        .run()
        .expect_code(0)
        .json();
    assert_eq!(report["proved"]["time"]["proved"], true, "{report}");
    let untrusted = ciacm.run(["evidence", "verify", "pack", "--format", "json"]).expect_code(0).json();
    assert_eq!(untrusted["proved"]["time"]["proved"], false);
    let Some(openssl) = tool("openssl") else { return };
    let openssl = openssl.at(&pack);
    for file in ["SHA256SUMS", "audit/checkpoint.txt"] {
        let token = format!("{file}.tst");
        let answer = openssl.run(
            ["ts", "-verify", "-data", file, "-in", &token, "-token_in", "-CAfile"]
                .map(str::to_owned)
                .into_iter()
                .chain([root.display().to_string()]),
        );
        assert!(answer.text().contains("Verification: OK"), "{}", answer.text());
    }
    // As the README says it, with what the token brought.
    let readme = fs::read_to_string(pack.join("README.md")).unwrap();
    let blocks: Vec<_> = readme.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let stamps = blocks.iter().find(|block| block.contains("ts -verify")).unwrap();
    let output = std::process::Command::new("sh").current_dir(&pack).args(["-ec", stamps]).output().unwrap();
    assert!(output.status.success(), "{stamps}\n{}", String::from_utf8_lossy(&output.stderr));
    let output = std::process::Command::new("sh").current_dir(&pack).arg("verify/verify.sh").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("ok      SHA256SUMS.tst is a time stamp"), "{text}");
    // A stamp of other content.
    fs::copy(pack.join("audit/checkpoint.txt.tst"), pack.join("SHA256SUMS.tst")).unwrap();
    ciacm.verify(&pack).expect_code(4);
}

#[test]
fn an_authority_that_does_not_answer_costs_the_stamp_and_not_the_pack() {
    let ciacm = Ciacm::with_demo(&FEW);
    // Nobody listens there.
    let url = "http://127.0.0.1:9/";
    let output = ciacm.run(["evidence", "export", "--out", "pack.zip", "--tsa", url]).expect_code(0);
    assert_eq!(output.stderr.matches("no time stamp from").count(), 1, "{}", output.stderr);
    ciacm.run(["evidence", "verify", "pack.zip"]).expect_code(0);
    for (number, manner) in
        [Manner::WrongImprint, Manner::WrongNonce, Manner::Rejects, Manner::Garbage].into_iter().enumerate()
    {
        let Some(authority) = Tsa::start(manner) else { return };
        let name = format!("lying-{number}");
        let output = ciacm.run(["evidence", "export", "--out", &name, "--tsa", &authority.url()]).expect_code(0);
        assert!(output.stderr.contains("no time stamp from"), "{manner:?}: {}", output.stderr);
        assert!(authority.asked() > 0 && !ciacm.path(&name).join("SHA256SUMS.tst").exists(), "{manner:?}");
        ciacm.verify(&ciacm.path(&name)).expect_code(0);
    }
    let output = ciacm.run(["evidence", "export", "--out", "none.zip", "--tsa", url, "--tsa-required"]).expect_code(2);
    assert!(output.stderr.contains("no time stamp from") && !ciacm.path("none.zip").exists(), "{}", output.stderr);
}
