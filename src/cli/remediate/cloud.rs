//! The provider that reads and writes.

#[cfg(feature = "aws")]
pub use with_aws::{AccountArgs, connect};
#[cfg(not(feature = "aws"))]
pub use without::{AccountArgs, connect};

#[cfg(feature = "aws")]
mod with_aws {
    use crate::cli::connection::ConnectionArgs;
    use crate::cli::error::CommandError;
    use crate::provider::aws::repair::AwsCloud;
    use crate::remediation::cloud::Cloud;
    use clap::Args;

    /// Which accounts, and how to reach them.
    #[derive(Debug, Args)]
    pub struct AccountArgs {
        #[command(flatten)]
        connection: ConnectionArgs,
    }

    /// Enters the accounts.
    pub fn connect(args: &AccountArgs) -> Result<Box<dyn Cloud + Sync>, CommandError> {
        let connection = &args.connection;
        Ok(Box::new(AwsCloud::connect(&connection.options(Vec::new(), connection.role_arns.clone()))?))
    }
}

#[cfg(not(feature = "aws"))]
mod without {
    use crate::cli::error::CommandError;
    use crate::remediation::cloud::Cloud;
    use clap::Args;

    /// Nothing can be reached.
    #[derive(Debug, Args)]
    pub struct AccountArgs {}

    /// Says that nothing can be reached.
    pub fn connect(_args: &AccountArgs) -> Result<Box<dyn Cloud + Sync>, CommandError> {
        Err(CommandError::new("no account can be reached")
            .why("this program was built without providers")
            .next("use a build with the feature `aws`; plans can be made from recordings alone"))
    }
}
