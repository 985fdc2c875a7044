//! The write calls of ECR.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_ecr::types::{
    ImageScanningConfiguration, ImageTagMutability, ImageTagMutabilityExclusionFilter,
    ImageTagMutabilityExclusionFilterType,
};

write_calls! {
    "ecr:SetRepositoryPolicy" => set_repository_policy,
    "ecr:DeleteRepositoryPolicy" => delete_repository_policy,
    "ecr:PutImageScanningConfiguration" => put_image_scanning_configuration,
    "ecr:PutImageTagMutability" => put_image_tag_mutability,
}

async fn set_repository_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.ecr().set_repository_policy().repository_name(given.text("repositoryName")?);
    given.done(request.policy_text(given.text("policyText")?).send().await)
}

async fn delete_repository_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.ecr().delete_repository_policy().repository_name(given.text("repositoryName")?);
    given.done(request.send().await)
}

async fn put_image_scanning_configuration(scope: &Scope, given: Parameters<'_>) -> Written {
    let scanning = given.object("imageScanningConfiguration")?.switch("scanOnPush")?;
    let scanning = ImageScanningConfiguration::builder().scan_on_push(scanning).build();
    let request = scope.clients.ecr().put_image_scanning_configuration().repository_name(given.text("repositoryName")?);
    given.done(request.image_scanning_configuration(scanning).send().await)
}

async fn put_image_tag_mutability(scope: &Scope, given: Parameters<'_>) -> Written {
    let mut request = scope
        .clients
        .ecr()
        .put_image_tag_mutability()
        .repository_name(given.text("repositoryName")?)
        .image_tag_mutability(ImageTagMutability::from(given.text("imageTagMutability")?));
    for filter in given.objects("imageTagMutabilityExclusionFilters") {
        let filter = ImageTagMutabilityExclusionFilter::builder()
            .filter_type(ImageTagMutabilityExclusionFilterType::from(filter.text("filterType")?))
            .filter(filter.text("filter")?)
            .build()
            .map_err(|error| given.unusable(error))?;
        request = request.image_tag_mutability_exclusion_filters(filter);
    }
    given.done(request.send().await)
}
