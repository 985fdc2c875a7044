//! The SDK clients of one account and region, made when first used.

use aws_types::SdkConfig;
use std::sync::OnceLock;

macro_rules! clients {
    ($($service:ident : $sdk:ident),+ $(,)?) => {
        /// One client a service.
        #[derive(Debug)]
        pub struct Clients {
            config: SdkConfig,
            partition_suffix: String,
            $($service: OnceLock<$sdk::Client>,)+
        }

        impl Clients {
            /// Clients that sign with `config`'s credentials and call its region.
            #[must_use]
            pub fn new(config: SdkConfig, account: &str) -> Self {
                let region = config.region().map(ToString::to_string).unwrap_or_default();
                Self { config, partition_suffix: format!("{account}/{region}"), $($service: OnceLock::new(),)+ }
            }

            $(
                /// The client of this service. Throttling slows down this service in this account and region alone.
                pub fn $service(&self) -> &$sdk::Client {
                    self.$service.get_or_init(|| {
                        let partition = format!("{}/{}", stringify!($service), self.partition_suffix);
                        let config = $sdk::config::Builder::from(&self.config)
                            .retry_partition($sdk::config::retry::RetryPartition::new(partition));
                        let config = clients!(@adapt $service config self.config);
                        $sdk::Client::from_conf(config.build())
                    })
                }
            )+
        }
    };
    // Emulators and private endpoints have no host name a bucket.
    (@adapt s3 $config:ident $shared:expr) => { $config.force_path_style($shared.endpoint_url().is_some()) };
    (@adapt $other:ident $config:ident $shared:expr) => { $config };
}

clients! {
    accessanalyzer: aws_sdk_accessanalyzer,
    account: aws_sdk_account,
    cloudtrail: aws_sdk_cloudtrail,
    cloudwatch: aws_sdk_cloudwatch,
    config_service: aws_sdk_config,
    dynamodb: aws_sdk_dynamodb,
    ec2: aws_sdk_ec2,
    ecr: aws_sdk_ecr,
    efs: aws_sdk_efs,
    elbv2: aws_sdk_elasticloadbalancingv2,
    guardduty: aws_sdk_guardduty,
    iam: aws_sdk_iam,
    kms: aws_sdk_kms,
    lambda: aws_sdk_lambda,
    logs: aws_sdk_cloudwatchlogs,
    rds: aws_sdk_rds,
    s3: aws_sdk_s3,
    s3control: aws_sdk_s3control,
    securityhub: aws_sdk_securityhub,
    sns: aws_sdk_sns,
    sqs: aws_sdk_sqs,
    ssm: aws_sdk_ssm,
    sts: aws_sdk_sts,
}
