//! Where the store is.

use super::Context;
use super::error::CommandError;
use crate::audit::Actor;
use crate::store::Store;
use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use std::path::PathBuf;

impl Context {
    /// The home: `--home`, `CIACM_HOME`, or the platform's data directory.
    pub(super) fn home(&self) -> Result<PathBuf, CommandError> {
        if let Some(home) = &self.home {
            return Ok(home.clone());
        }
        let names = AppStrategyArgs {
            top_level_domain: "org".to_owned(),
            author: "ciacm".to_owned(),
            app_name: "ciacm".to_owned(),
        };
        choose_app_strategy(names).map(|strategy| strategy.data_dir()).map_err(|error| {
            CommandError::new("the data directory is not known").why(error.to_string()).next("give --home DIR")
        })
    }

    /// The store, made if it is not there.
    pub(super) fn store(&self) -> Result<Store, CommandError> {
        let store = Store::open(&self.home()?)?.acting_as(Actor::current(), self.action.as_str());
        self.wrote.set(true);
        Ok(store)
    }

    /// True if the command opened the store for writing.
    pub(super) const fn may_have_written(&self) -> bool {
        self.wrote.get()
    }

    /// The store, to change what is recorded in it; it must be there.
    pub(super) fn store_to_change(&self) -> Result<Store, CommandError> {
        self.home_with_records()?;
        self.store()
    }

    /// The store, only to read.
    pub(super) fn store_to_read(&self) -> Result<Store, CommandError> {
        Ok(Store::open_read_only(&self.home_with_records()?)?)
    }

    fn home_with_records(&self) -> Result<PathBuf, CommandError> {
        let home = self.home()?;
        if !home.join("ciacm.db").exists() {
            return Err(CommandError::new(format!("there is nothing recorded in {}", home.display()))
                .next("run `ciacm scan demo`, or give --home of the store you mean"));
        }
        Ok(home)
    }
}
