//! Basic and advanced event selectors in one shape.

use crate::inventory::aws::cloudtrail::{DATA, EventSelector, MANAGEMENT};
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::types as sdk;

/// The selectors of a trail; CloudTrail answers with basic or with advanced ones.
pub(super) fn normalise(answer: GetEventSelectorsOutput, partition: &str) -> Vec<EventSelector> {
    let basic = answer.event_selectors.unwrap_or_default().into_iter().flat_map(|one| from_basic(one, partition));
    let advanced = answer.advanced_event_selectors.unwrap_or_default();
    basic.chain(advanced.into_iter().map(|one| from_advanced(one, partition))).collect()
}

fn from_basic(selector: sdk::EventSelector, partition: &str) -> Vec<EventSelector> {
    let kind = selector.read_write_type;
    let reads = matches!(kind, Some(sdk::ReadWriteType::All | sdk::ReadWriteType::ReadOnly));
    let writes = matches!(kind, Some(sdk::ReadWriteType::All | sdk::ReadWriteType::WriteOnly));
    let blank = |category: &str| EventSelector {
        category: category.to_owned(),
        reads,
        writes,
        resource_types: Vec::new(),
        resource_arn_prefixes: Vec::new(),
        excluded_sources: Vec::new(),
        narrowed_by: Vec::new(),
    };
    let management = (selector.include_management_events == Some(true)).then(|| EventSelector {
        excluded_sources: selector.exclude_management_event_sources.unwrap_or_default(),
        ..blank(MANAGEMENT)
    });
    let data = selector.data_resources.unwrap_or_default().into_iter().filter_map(|resources| {
        let prefixes = resources.values.unwrap_or_default();
        // No value means no resource.
        (!prefixes.is_empty()).then(|| EventSelector {
            resource_types: resources.r#type.into_iter().collect(),
            resource_arn_prefixes: unless_all(prefixes, partition),
            ..blank(DATA)
        })
    });
    management.into_iter().chain(data).collect()
}

/// No prefixes if one of them covers every resource of its service.
fn unless_all(prefixes: Vec<String>, partition: &str) -> Vec<String> {
    let covers_all = |prefix: &str| {
        prefix.strip_prefix("arn:").and_then(|rest| rest.strip_prefix(partition)).is_some_and(|rest| {
            let rest = rest.strip_prefix(':').unwrap_or_default();
            // `arn:aws:s3`, `arn:aws:s3:::` and `arn:aws:lambda`; what follows would name a region or a resource.
            let (service, behind) = rest.split_at(rest.find(':').unwrap_or(rest.len()));
            !service.is_empty() && behind.chars().all(|character| character == ':')
        })
    };
    if prefixes.iter().any(|prefix| covers_all(prefix)) { Vec::new() } else { prefixes }
}

fn from_advanced(selector: sdk::AdvancedEventSelector, partition: &str) -> EventSelector {
    let mut normal = EventSelector {
        category: String::new(),
        reads: true,
        writes: true,
        resource_types: Vec::new(),
        resource_arn_prefixes: Vec::new(),
        excluded_sources: Vec::new(),
        narrowed_by: Vec::new(),
    };
    for field in selector.field_selectors {
        match (field.field.as_str(), Only::of(&field)) {
            ("eventCategory", Only::Equals(values)) if values.len() == 1 => normal.category.clone_from(&values[0]),
            ("readOnly", Only::Equals(values)) => {
                normal.reads = values.iter().any(|value| value == "true");
                normal.writes = values.iter().any(|value| value == "false");
            }
            ("resources.type", Only::Equals(values)) => normal.resource_types = values.to_vec(),
            ("resources.ARN", Only::StartsWith(values)) => {
                normal.resource_arn_prefixes = unless_all(values.to_vec(), partition);
            }
            ("eventSource", Only::NotEquals(values)) => normal.excluded_sources = values.to_vec(),
            _ => normal.narrowed_by.push(field.field),
        }
    }
    normal
}

/// The one operator that a field selector uses.
enum Only<'a> {
    Equals(&'a [String]),
    NotEquals(&'a [String]),
    StartsWith(&'a [String]),
    Other,
}

impl<'a> Only<'a> {
    fn of(field: &'a sdk::AdvancedFieldSelector) -> Self {
        let given = [
            field.equals(),
            field.not_equals(),
            field.starts_with(),
            field.ends_with(),
            field.not_starts_with(),
            field.not_ends_with(),
        ];
        match given.map(|values| !values.is_empty()) {
            [true, false, false, false, false, false] => Self::Equals(field.equals()),
            [false, true, false, false, false, false] => Self::NotEquals(field.not_equals()),
            [false, false, true, false, false, false] => Self::StartsWith(field.starts_with()),
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(selector: sdk::builders::EventSelectorBuilder) -> Vec<EventSelector> {
        normalise(GetEventSelectorsOutput::builder().event_selectors(selector.build()).build(), "aws")
    }

    fn advanced(fields: &[(&str, &str, &[&str])]) -> EventSelector {
        let mut selector = sdk::AdvancedEventSelector::builder();
        for (field, operator, values) in fields {
            let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
            let field = sdk::AdvancedFieldSelector::builder().field(*field);
            let field = match *operator {
                "=" => field.set_equals(Some(values)),
                "!=" => field.set_not_equals(Some(values)),
                "^" => field.set_starts_with(Some(values)),
                "!^" => field.set_not_starts_with(Some(values)),
                other => panic!("{other}"),
            };
            selector = selector.field_selectors(field.build().unwrap());
        }
        let answer = GetEventSelectorsOutput::builder().advanced_event_selectors(selector.build().unwrap()).build();
        normalise(answer, "aws").remove(0)
    }

    fn s3_objects(values: &[&str]) -> sdk::DataResource {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        sdk::DataResource::builder().r#type("AWS::S3::Object").set_values(Some(values)).build()
    }

    #[test]
    fn basic_selectors_split_into_management_and_data() {
        let selectors = basic(
            sdk::EventSelector::builder()
                .read_write_type(sdk::ReadWriteType::WriteOnly)
                .include_management_events(true)
                .exclude_management_event_sources("kms.amazonaws.com")
                .data_resources(s3_objects(&["arn:aws:s3:::one/", "arn:aws:s3"])),
        );
        let [management, data] = &selectors[..] else { panic!("{selectors:?}") };
        assert_eq!((management.category.as_str(), management.reads, management.writes), ("Management", false, true));
        assert_eq!(management.excluded_sources, ["kms.amazonaws.com"]);
        assert_eq!((data.category.as_str(), data.reads, data.writes), ("Data", false, true));
        assert!(data.resource_arn_prefixes.is_empty() && data.excluded_sources.is_empty());
    }

    #[test]
    fn what_an_answer_leaves_out_is_not_logged() {
        assert!(basic(sdk::EventSelector::builder().read_write_type(sdk::ReadWriteType::All)).is_empty());
        let selectors = basic(sdk::EventSelector::builder().include_management_events(true));
        assert!(!selectors[0].reads && !selectors[0].writes);
        assert!(basic(sdk::EventSelector::builder().data_resources(s3_objects(&[]))).is_empty());
        assert!(normalise(GetEventSelectorsOutput::builder().build(), "aws").is_empty());
    }

    #[test]
    fn prefixes_of_single_buckets_stay() {
        for (values, left) in [
            (&["arn:aws:s3:::one/"][..], 1),
            (&["arn:aws:s3:::"][..], 0),
            (&["arn:aws:s3:::o"][..], 1),
            (&["arn:aws-cn:s3"][..], 1),
            (&["arn:aws"][..], 1),
        ] {
            let prefixes = unless_all(values.iter().map(|value| (*value).to_owned()).collect(), "aws");
            assert_eq!(prefixes.len(), left, "{values:?}");
        }
    }

    #[test]
    fn advanced_selectors() {
        let all = advanced(&[("eventCategory", "=", &["Management"])]);
        assert!(all.covers_all_management(true) && all.covers_all_management(false));

        let reads = advanced(&[("eventCategory", "=", &["Management"]), ("readOnly", "=", &["true"])]);
        assert!(reads.covers_all_management(false) && !reads.covers_all_management(true));

        let without_kms =
            advanced(&[("eventCategory", "=", &["Management"]), ("eventSource", "!=", &["kms.amazonaws.com"])]);
        assert_eq!(without_kms.excluded_sources, ["kms.amazonaws.com"]);

        let objects = advanced(&[
            ("eventCategory", "=", &["Data"]),
            ("resources.type", "=", &["AWS::S3::Object"]),
            ("resources.ARN", "^", &["arn:aws:s3:::one/"]),
        ]);
        assert_eq!(objects.resource_types, ["AWS::S3::Object"]);
        assert_eq!(objects.resource_arn_prefixes, ["arn:aws:s3:::one/"]);

        let narrowed = advanced(&[
            ("eventCategory", "=", &["Data"]),
            ("resources.type", "=", &["AWS::S3::Object"]),
            ("resources.ARN", "!^", &["arn:aws:s3:::logs/"]),
            ("eventName", "=", &["PutObject"]),
        ]);
        assert_eq!(narrowed.narrowed_by, ["resources.ARN", "eventName"]);
    }
}
