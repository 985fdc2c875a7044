//! Answers of S3 look-alikes that the SDK refuses though they are complete.

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::get_bucket_versioning::{GetBucketVersioningError, GetBucketVersioningOutput};
use aws_sdk_s3::types::{BucketVersioningStatus, MfaDeleteStatus};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

type Answer = Result<GetBucketVersioningOutput, SdkError<GetBucketVersioningError, HttpResponse>>;

/// moto calls the root element `GetBucketVersioningResponse`, S3 calls it `VersioningConfiguration`.
///
/// # Errors
/// The same error, if the answer is anything else.
#[expect(clippy::result_large_err, reason = "the SDK's own type, handed on as it came")]
pub(super) fn versioning(error: SdkError<GetBucketVersioningError, HttpResponse>) -> Answer {
    let versioning = error
        .raw_response()
        .filter(|response| response.status().is_success())
        .and_then(|response| response.body().bytes())
        .and_then(|body| parse(std::str::from_utf8(body).ok()?));
    versioning.ok_or(error)
}

fn parse(body: &str) -> Option<GetBucketVersioningOutput> {
    let (_, content) = body.split_once("<GetBucketVersioningResponse")?;
    let text_of = |element: &str| {
        let (_, rest) = content.split_once(&format!("<{element}>"))?;
        rest.split_once("</").map(|(text, _)| text)
    };
    Some(
        GetBucketVersioningOutput::builder()
            .set_status(text_of("Status").map(BucketVersioningStatus::from))
            .set_mfa_delete(text_of("MfaDelete").map(MfaDeleteStatus::from))
            .build(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_known_look_alike_is_read() {
        let root = "GetBucketVersioningResponse";
        let on = parse(&format!("<?xml?><{root} xmlns=\"x\"><Status>Enabled</Status></{root}>")).unwrap();
        assert_eq!((on.status, on.mfa_delete), (Some(BucketVersioningStatus::Enabled), None));
        let both = format!("<{root}><Status>Suspended</Status><MfaDelete>Enabled</MfaDelete></{root}>");
        let both = parse(&both).unwrap();
        assert_eq!(both.status, Some(BucketVersioningStatus::Suspended));
        assert_eq!(both.mfa_delete, Some(MfaDeleteStatus::Enabled));
        assert_eq!(parse(&format!("<{root}/>")).unwrap().status, None);
        assert!(parse("<Error><Code>Status</Code></Error>").is_none());
        assert!(parse("").is_none());
    }
}
