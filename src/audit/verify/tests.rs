//! Logs made in memory, and what happens to them.

use super::super::entry::Tail;
use super::super::merkle::leaf_hash;
use super::*;
use crate::audit::{Acting, Actor, Checkpoint, Event, NewEntry};
use proptest::prelude::*;
use serde_json::json;
use std::convert::Infallible;

/// The bodies of a log.
fn log(size: usize) -> Vec<Vec<u8>> {
    log_of(size, |number| NewEntry::new(Event::PlanMade, json!({"number": number})))
}

fn log_of(size: usize, entry: impl Fn(usize) -> NewEntry) -> Vec<Vec<u8>> {
    let acting = Acting { actor: Actor { user: "ann".to_owned(), host: "desk".to_owned() }, action: "test".to_owned() };
    let mut tail = Tail { seq: 0, leaf: [0; 32], ts: String::new() };
    (0..size)
        .map(|number| {
            let new = if number == 0 {
                NewEntry::new(Event::LogStarted, json!({"origin": "ciacm/test"}))
            } else {
                entry(number)
            };
            let entry =
                new.follow(&tail, &acting, None, Timestamp::from_second(1_790_000_000 + number as i64).unwrap());
            let body = entry.body().unwrap();
            tail = Tail { seq: entry.seq, leaf: leaf_hash(&body), ts: entry.ts };
            body
        })
        .collect()
}

fn run(bodies: &[Vec<u8>], watched: &[u64]) -> Log {
    run_in_chunks(bodies, watched, CHUNK)
}

fn run_in_chunks(bodies: &[Vec<u8>], watched: &[u64], chunk_size: usize) -> Log {
    let mut chunks = bodies.chunks(chunk_size);
    let read = |chunk: &mut Chunk| {
        chunks.next().into_iter().flatten().for_each(|body| chunk.push(body, None));
        Ok::<_, Infallible>(())
    };
    verify(watched, read).unwrap()
}

fn fault(bodies: &[Vec<u8>]) -> Option<(u64, Mismatch)> {
    run(bodies, &[]).fault.map(|fault| (fault.seq, fault.what))
}

#[test]
fn a_log_verifies_whatever_its_size_and_its_chunks() {
    let bodies = log(3000);
    let tree = Tree::new(bodies.iter().map(|body| leaf_hash(body)).collect());
    for size in [0, 1, 2, 3, 1000, 1023, 1024, 1025, 2047, 2048, 2049, 3000] {
        let watched = [0, 1, 5, 1000, 1024, 1025, 2048, 2500, 3000, 4000];
        let expected: BTreeMap<u64, Hash> = watched
            .into_iter()
            .filter(|&watched| watched <= size as u64)
            .map(|watched| (watched, tree.root(watched).unwrap()))
            .collect();
        for chunk in [1, 7, 1000, 1024, 5000] {
            let found = run_in_chunks(&bodies[..size], &watched, chunk);
            assert_eq!((found.size, found.fault.clone()), (size as u64, None), "{size} {chunk}");
            assert_eq!(found.root, tree.root(size as u64).unwrap());
            assert_eq!(found.roots, expected);
            assert_eq!(found.last.map(|time| time.as_second()), size.checked_sub(1).map(|n| 1_790_000_000 + n as i64));
        }
    }
    assert_eq!(run(&bodies, &[]).origin, "ciacm/test");
}

#[test]
fn the_first_entry_that_does_not_fit_is_named() {
    let bodies = log(2600);
    for seq in [2_u64, 3, 700, 1024, 1025, 1026, 2048, 2049, 2600] {
        let place = usize::try_from(seq).unwrap() - 1;
        let with = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
            let mut changed = bodies.clone();
            change(&mut changed);
            fault(&changed)
        };
        // A change of the text shows at the next entry, which names the hash; a leaf kept beside shows it at once.
        let edited = with(&|bodies| {
            let text = String::from_utf8(bodies[place].clone()).unwrap();
            bodies[place] = text.replace("\"success\"", "\"failure\"").into_bytes();
        });
        assert_eq!(edited, (seq < 2600).then_some((seq + 1, Mismatch::Chain)));
        assert_eq!(
            with(&|bodies| drop(bodies.remove(place))),
            (seq < 2600).then_some((seq, Mismatch::Place { found: seq + 1 }))
        );
        assert_eq!(with(&|bodies| bodies[place] = b"{}".to_vec()), Some((seq, Mismatch::Body)));
        if seq < 2600 {
            assert_eq!(with(&|bodies| bodies.swap(place, place + 1)), Some((seq, Mismatch::Place { found: seq + 1 })));
        }
        assert_eq!(
            with(&|bodies| bodies.insert(place, bodies[place - 1].clone())),
            Some((seq, Mismatch::Place { found: seq - 1 }))
        );
    }
    assert_eq!(fault(&bodies[1..]), Some((1, Mismatch::Origin)));
}

#[test]
fn what_is_kept_beside_a_body_must_fit() {
    let bodies = log(5);
    let with = |seq: u64, leaf: Option<Hash>| {
        let mut done = false;
        let read = |chunk: &mut Chunk| {
            if !std::mem::replace(&mut done, true) {
                for (place, body) in bodies.iter().enumerate() {
                    let own = place as u64 + 1;
                    let (seq, leaf) = if own == 3 { (seq, leaf) } else { (own, None) };
                    chunk.push(body, Some((seq, leaf.unwrap_or_else(|| leaf_hash(body)))));
                }
            }
            Ok::<_, Infallible>(())
        };
        verify(&[], read).unwrap().fault.map(|fault| (fault.seq, fault.what))
    };
    assert_eq!(with(3, None), None);
    assert_eq!(with(4, None), Some((3, Mismatch::Place { found: 4 })));
    assert_eq!(with(3, Some([1; 32])), Some((3, Mismatch::Leaf)));
}

#[test]
fn checkpoints_are_compared() {
    let bodies = log(1500);
    let checkpoint = |size, root| Checkpoint { origin: "ciacm/test".to_owned(), size, root };
    let root = run(&bodies[..1200], &[]).root;
    let found = run(&bodies, &[1200, 1500, 2000]);
    assert_eq!(found.agrees(&checkpoint(1200, root)), Agreement::Same);
    assert_eq!(found.agrees(&checkpoint(1500, root)), Agreement::Other);
    assert_eq!(found.agrees(&checkpoint(2000, root)), Agreement::NotReached);
    let other = Checkpoint { origin: "ciacm/other".to_owned(), ..checkpoint(1200, root) };
    assert_eq!(found.agrees(&other), Agreement::AnotherLog);
}

#[test]
fn an_error_of_reading_is_handed_on() {
    assert_eq!(verify(&[], |_| Err("no disk")), Err("no disk"));
    let mut reads = 0;
    let bodies = log(3);
    let second = verify(&[], |chunk: &mut Chunk| {
        reads += 1;
        chunk.push(&bodies[reads - 1], None);
        if reads == 2 { Err("no disk") } else { Ok(()) }
    });
    assert_eq!(second, Err("no disk"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The shortcut that links entries agrees with the JSON, whatever the texts before and behind it say.
    #[test]
    fn links_are_found_in_any_entry(
        resource in any::<String>(), control in r#"[\\",:a-z]{0,12}"#, odd in r#"([\\"]|,"prev":"|,"seq":7){0,6}"#,
    ) {
        let bodies = log_of(6, |number| {
            NewEntry::new(Event::PlanMade, json!({"prev": odd, "seq": number}))
                .about(&odd, &control, if number % 2 == 0 { &resource } else { &odd })
        });
        prop_assert_eq!(fault(&bodies), None);
        for (place, body) in bodies.iter().enumerate() {
            let entry: Entry = serde_json::from_slice(body).unwrap();
            prop_assert_eq!(link(body, place as u64 + 1).unwrap().as_slice(), entry.prev.as_bytes());
            prop_assert_eq!(link(body, place as u64 + 2), None);
        }
    }

    #[test]
    fn any_change_of_a_byte_is_found(place in 0_usize..40, at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let mut bodies = log(41);
        let at = at.index(bodies[place].len());
        bodies[place][at] ^= 1 << bit;
        // In the body itself, or at the next, which names its hash.
        let seq = fault(&bodies).map(|(seq, _)| seq).unwrap_or_default();
        prop_assert!(seq == place as u64 + 1 || seq == place as u64 + 2, "{}", seq);
    }

    #[test]
    fn foreign_bytes_never_panic(bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 1..5)) {
        prop_assert_eq!(fault(&bodies), Some((1, Mismatch::Origin)));
        let _ = link(&bodies[0], 1);
    }
}
