//! `ciacm man`.

use super::error::CommandError;
use super::exit;
use std::io::Write;

pub fn run() -> Result<u8, CommandError> {
    let mut page = Vec::new();
    clap_mangen::Man::new(super::command()).render(&mut page)?;
    anstream::stdout().write_all(&page)?;
    Ok(exit::FINE)
}
