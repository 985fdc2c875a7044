//! Every operation, one file a service.

mod aws;

use super::operation::Operation;

/// Every operation. Where several change one resource, they do so in this order.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    aws::OPERATIONS.iter().flat_map(|of_service| of_service.iter().copied())
}

/// The operation of that name.
#[must_use]
pub fn operation(name: &str) -> Option<&'static Operation> {
    operations().find(|operation| operation.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn operations_are_declared_whole() {
        let mut names = BTreeSet::new();
        for operation in operations() {
            let name = operation.name;
            assert!(names.insert(name), "{name} is there twice");
            assert!(
                name.starts_with(&format!("{}.{}.", operation.kind.provider(), operation.kind.service())),
                "{name}"
            );
            assert!(!operation.state.is_empty() && !operation.writes.is_empty(), "{name}");
            for field in operation.reads() {
                assert!(operation.kind.record.field(field).is_some(), "{name} reads {field}");
            }
            for write in operation.writes {
                assert!(!write.call.permissions.is_empty(), "{name}: {}", write.call.name);
            }
            for earlier in operation.comes_after {
                assert!(super::operation(earlier).is_some(), "{name} comes after {earlier}");
            }
            assert!(operation.about.ends_with('.'), "{name}");
        }
        assert!(names.len() > 10);
    }

    #[test]
    fn operations_say_that_a_fake_stands_in() {
        let fakes =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/emulator/lab/fakes.py")).unwrap();
        for operation in operations() {
            let faked = operation.writes.iter().any(|write| {
                let (_, call) = write.call.name.split_once(':').unwrap();
                fakes.contains(&format!(", \"{call}\")"))
            });
            assert_eq!(operation.tested_on_fake, faked, "{}", operation.name);
        }
    }
}
