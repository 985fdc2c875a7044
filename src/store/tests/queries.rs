//! Filters, order, lookup by prefix.

use super::*;
use crate::finding::{FindingId, Status};
use Verdict::{Error, Fail, Manual, NotApplicable, Pass};

/// Findings in two accounts and two regions, of two controls and two types.
fn filled() -> (tempfile::TempDir, Store) {
    let home = tempfile::tempdir().unwrap();
    let mut store = Store::open(home.path()).unwrap();
    let mut resources = Vec::new();
    for (account, region, id, public, encrypted) in [
        ("222222222222", "us-east-1", "z", Fail, Pass),
        ("111111111111", "us-east-1", "Ledger_100%", Fail, Error),
        ("111111111111", "eu-central-1", "b", Pass, Fail),
        ("111111111111", "eu-central-1", "a", Manual, NotApplicable),
    ] {
        let evaluations = vec![evaluation(PUBLIC, public), evaluation(ENCRYPTED, encrypted)];
        resources.push(ScannedResource { resource: bucket_in(account, region, id), evaluations });
    }
    let group = json!({
        "provider": "aws", "account": "111111111111", "region": "eu-central-1", "type": "aws.ec2.security_group",
        "id": "sg-1", "name": "front door", "tags": {},
    });
    let open = Evaluation { severity: Severity::Low, ..evaluation("AWS-EC2-001", Fail) };
    let open = Evaluation { frameworks: BTreeMap::from([("gdpr".to_owned(), vec!["32".to_owned()])]), ..open };
    resources.push(ScannedResource { resource: Resource::from_document(group).unwrap(), evaluations: vec![open] });
    scan(&mut store, 0, &Batch { resources, ..Batch::default() });
    (home, store)
}

fn names(store: &Store, filter: FindingFilter) -> Vec<String> {
    findings(store, &filter).into_iter().map(|f| format!("{} {}", f.control, f.resource)).collect()
}

#[test]
fn findings_come_ordered_by_control_account_region_resource() {
    let (_home, store) = filled();
    let found = findings(&store, &FindingFilter::default());
    let key = |f: &Finding| (f.control.clone(), f.account.clone(), f.region.clone(), f.resource.clone());
    assert!(found.is_sorted_by_key(key) && found.len() == 9);
    let of_scan = FindingFilter { scan: Some(found[0].last_scan), ..FindingFilter::default() };
    assert_eq!(findings(&store, &of_scan), found);
}

#[test]
fn every_filter_filters() {
    let (_home, store) = filled();
    let text = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    let any = FindingFilter::default;
    let all_but_low = 8;
    let cases: Vec<(FindingFilter, usize)> = vec![
        (any(), 9),
        (FindingFilter { at_least: Some(Severity::Medium), ..any() }, all_but_low),
        (FindingFilter { severities: vec![Severity::Low, Severity::Critical], ..any() }, 5),
        (FindingFilter { at_least: Some(Severity::High), severities: vec![Severity::Low], ..any() }, 0),
        (FindingFilter { statuses: vec![Status::Open], ..any() }, 4),
        (FindingFilter { statuses: vec![Status::Fixed, Status::Waived], ..any() }, 0),
        (FindingFilter { verdicts: vec![Error, Manual], ..any() }, 2),
        (FindingFilter { controls: text(&[PUBLIC]), ..any() }, 4),
        (FindingFilter { controls: text(&["AWS-S3-*"]), ..any() }, 8),
        (FindingFilter { controls: text(&["AWS-S3-00?", "AWS-S3-00[12]"]), ..any() }, 0),
        (FindingFilter { framework: Some("gdpr".to_owned()), ..any() }, 1),
        (FindingFilter { framework: Some("soc2".to_owned()), requirements: text(&["CC6.1"]), ..any() }, 4),
        (FindingFilter { framework: Some("gdpr".to_owned()), requirements: text(&["CC6.1"]), ..any() }, 0),
        (FindingFilter { requirements: text(&["CC6.1", "32"]), ..any() }, 5),
        (FindingFilter { framework: Some("' OR 1 --".to_owned()), ..any() }, 0),
        (FindingFilter { providers: text(&["azure"]), ..any() }, 0),
        (FindingFilter { accounts: text(&["222222222222"]), ..any() }, 2),
        (FindingFilter { accounts: text(&["111111111111", "222222222222"]), ..any() }, 9),
        (FindingFilter { regions: text(&["eu-central-1"]), ..any() }, 5),
        (FindingFilter { services: text(&["ec2"]), ..any() }, 1),
        (FindingFilter { services: text(&["*"]), ..any() }, 0),
        (FindingFilter { types: text(&[BUCKET]), ..any() }, 8),
        (FindingFilter { resources: text(&["FRONT"]), ..any() }, 1),
        (FindingFilter { resources: text(&["ledger_"]), ..any() }, 2),
        (FindingFilter { resources: text(&["0%"]), ..any() }, 2),
        (FindingFilter { resources: text(&["%"]), statuses: vec![Status::Open], ..any() }, 1),
    ];
    let id = store.scan(&ScanRef::Latest).unwrap().id;
    for (filter, count) in cases {
        assert_eq!(findings(&store, &filter).len(), count, "{filter:?}");
        // The same holds of the scan, in which nothing has changed yet.
        assert_eq!(findings(&store, &FindingFilter { scan: Some(id), ..filter.clone() }).len(), count, "{filter:?}");
    }
    let both = FindingFilter { controls: text(&[PUBLIC]), regions: text(&["us-east-1"]), ..any() };
    assert_eq!(names(&store, both), ["AWS-S3-001 Ledger_100%", "AWS-S3-001 z"]);
}

#[test]
fn a_finding_is_found_by_the_beginning_of_its_id() {
    let (_home, store) = filled();
    for wanted in findings(&store, &FindingFilter::default()) {
        assert_eq!(store.finding(&wanted.id.to_string()).unwrap(), wanted);
        assert_eq!(store.finding(&format!(" {} ", wanted.id.short().to_uppercase())).unwrap(), wanted);
    }
    let why = |prefix: &str| match store.finding(prefix) {
        Err(StoreError::NoSuchFinding { wanted, why }) => {
            assert_eq!(wanted, prefix);
            why
        }
        other => panic!("{other:?}"),
    };
    for bad in ["", "xyz", "%", "ab-"] {
        assert_eq!(why(bad), "an id has up to 64 hexadecimal digits");
    }
    assert_eq!(why(&"a".repeat(65)), "an id has up to 64 hexadecimal digits");
    assert_eq!(why(&"0".repeat(64)), "no finding has an id that begins so");
    // Nine ids, sixteen digits: make two that begin alike.
    let ids = ["ab".repeat(32), format!("ab{}", "0".repeat(62))];
    for (key, id) in ids.iter().enumerate() {
        store
            .connection()
            .execute("UPDATE findings SET id = ?1 WHERE key = ?2", rusqlite::params![id, key + 1])
            .unwrap();
    }
    assert_eq!(why("ab"), "several ids begin so: ab0000000000, abababababab");
    assert_eq!(store.finding("aba").unwrap().id, ids[0].parse::<FindingId>().unwrap());
}

#[test]
fn whoever_takes_findings_may_stop() {
    let (_home, store) = filled();
    #[derive(Debug)]
    enum Stop {
        Enough,
        #[expect(dead_code, reason = "shown if the test fails")]
        Store(StoreError),
    }
    impl From<StoreError> for Stop {
        fn from(error: StoreError) -> Self {
            Self::Store(error)
        }
    }
    let mut seen = 0;
    let result = store.findings(&FindingFilter::default(), |_| {
        seen += 1;
        // Reading more meanwhile is allowed.
        store.scans()?;
        if seen == 3 { Err(Stop::Enough) } else { Ok(()) }
    });
    assert!(matches!(result, Err(Stop::Enough)), "{result:?}");
    assert_eq!(seen, 3);
}

#[test]
fn a_text_that_does_not_read_back_is_damage() {
    let (_home, store) = filled();
    store.connection().execute("UPDATE verdicts SET evidence = '{'", []).unwrap();
    let error = store.findings(&FindingFilter::default(), |_| Ok::<_, StoreError>(())).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert!(error.to_string().contains("backups"), "{error}");
}
