//! Making calls: each has a row on the disk before it is made.

use super::{Engine, LONGEST_PAUSE, LOST_ATTEMPTS, THROTTLED_ATTEMPTS};
use crate::remediation::cloud::Certainty;
use crate::remediation::operation::{Call, Operation};
use crate::remediation::plan::Action;
use crate::remediation::{operation, state};
use crate::store::StoreError;
use crate::store::remediation::{Direction, WriteState};
use serde_json::{Map, Value};

/// What became of a call.
pub(super) enum Made {
    Done,
    Refused(String),
    Lost(i64, String),
}

impl Engine<'_> {
    /// Undoes one write of an action.
    pub(in crate::remediation) fn undo(
        &mut self,
        action: &Action,
        index: usize,
    ) -> Result<Result<(), String>, StoreError> {
        let output = self.output(action, index)?;
        for call in &action.writes[index].undo {
            let Some(parameters) = state::resolve(&call.parameters, &output) else {
                return Ok(Err(format!("what {} answered is not known", action.writes[index].call)));
            };
            let call = Call { parameters, ..call.clone() };
            (self.watch)(action, &call.call);
            let mut attempt = 1;
            loop {
                match self.make(action, index, Direction::Undo, &call)? {
                    Made::Done => break,
                    Made::Refused(why) => return Ok(Err(why)),
                    // Every undoing call is idempotent, or says that it is so already.
                    Made::Lost(key, why) => {
                        self.store.settle(self.run, action, key, WriteState::Unknown, None, Some(&why))?;
                        if attempt == LOST_ATTEMPTS {
                            return Ok(Err(why));
                        }
                        attempt += 1;
                        std::thread::sleep(self.patience.first_pause);
                    }
                }
            }
        }
        Ok(Ok(()))
    }

    /// What a write answered.
    fn output(&self, action: &Action, index: usize) -> Result<Value, StoreError> {
        let run = self.store.run(self.run)?;
        let output = run.as_ref().and_then(|run| {
            let mut writes = run.writes_of(action.number, Direction::Apply);
            writes.find(|one| one.write as usize == index && one.state == WriteState::Applied)?.output.clone()
        });
        Ok(output.unwrap_or_default())
    }

    /// Makes a call once, or again as long as the provider has no time for it.
    pub(super) fn make(
        &mut self,
        action: &Action,
        index: usize,
        direction: Direction,
        call: &Call,
    ) -> Result<Made, StoreError> {
        let already = api_of(action, &call.call).map_or(&[][..], |(already, _)| already);
        let mut pause = self.patience.first_pause;
        let mut attempt = 1;
        loop {
            let key = self.store.intend(self.run, action, index, direction, call)?;
            let failure = match self.cloud.write(&action.account, call) {
                Ok(output) => {
                    self.store.settle(self.run, action, key, WriteState::Applied, Some(&output), None)?;
                    return Ok(Made::Done);
                }
                Err(failure) => failure,
            };
            let why = failure.failure.to_string();
            if already.contains(&failure.failure.code.as_str()) {
                self.store.settle(self.run, action, key, WriteState::Applied, None, Some(&why))?;
                return Ok(Made::Done);
            }
            match failure.certainty {
                Certainty::Unknown => {
                    self.store.settle(self.run, action, key, WriteState::Unknown, None, Some(&why))?;
                    return Ok(Made::Lost(key, why));
                }
                certainty => {
                    self.store.settle(self.run, action, key, WriteState::Failed, None, Some(&why))?;
                    if certainty == Certainty::Refused || attempt == THROTTLED_ATTEMPTS {
                        return Ok(Made::Refused(why));
                    }
                }
            }
            attempt += 1;
            std::thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Error codes that mean "is so already", and whether the call may be made again.
pub(super) fn api_of(action: &Action, call: &str) -> Option<(&'static [&'static str], bool)> {
    operations_of(action).find_map(|operation| operation.write_api(call)).map(|api| (api.already, api.idempotent))
}

pub(super) fn operations_of(action: &Action) -> impl Iterator<Item = &'static Operation> + '_ {
    action.findings.iter().filter_map(|finding| operation(&finding.operation))
}

/// What a call must have answered whose answer nobody saw.
pub(super) fn answer_of(action: &Action, before: &Map<String, Value>, now: &Map<String, Value>) -> Option<Value> {
    operations_of(action).find_map(|operation| (operation.answer?)(before, now))
}
