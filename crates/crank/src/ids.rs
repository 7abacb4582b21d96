//! Ids that are drawn at acceptance, or derived where a run has to be repeatable.

use domain::signal::Incoming;
use domain::{QuarantineId, SignalId};
use store::chance::Chance;
use store::{Read, StoreError};

/// Where it is kept how many imports were taken back.
pub(crate) const UNDOS: &str = "imports-taken-back";

/// Where the ids of signals and quarantine entries come from.
pub enum Ids {
    /// Drawn, as live.
    Drawn(Box<Chance>),
    /// Derived from a seed, the source and the source's id, so that leaving out a file moves no
    /// other id: demo and rehearsal.
    Derived(u64),
}

impl Ids {
    /// Drawn from the system.
    pub fn drawn() -> Self {
        Self::Drawn(Box::new(Chance::system()))
    }

    /// The id of a signal. `undos` is how many imports were taken back: what comes again after one is another
    /// signal.
    pub(crate) fn signal(
        &mut self,
        incoming: &Incoming,
        undos: u64,
    ) -> Result<SignalId, StoreError> {
        match self {
            Self::Drawn(chance) => Ok(SignalId::from_bytes(chance.draw()?)),
            Self::Derived(seed) => Ok(SignalId::caused_by(&[
                &seed_after(*seed, undos).to_be_bytes(),
                incoming.source.as_str().as_bytes(),
                incoming.content.origin.as_bytes(),
                incoming.content.source_id.as_bytes(),
            ])),
        }
    }

    /// The id of what is kept apart: an item of a source, where in it the item says that it is from.
    pub(crate) fn entry(
        &mut self,
        source: &str,
        origin: &str,
        item: &[u8],
        undos: u64,
    ) -> Result<QuarantineId, StoreError> {
        match self {
            Self::Drawn(chance) => Ok(QuarantineId::from_bytes(chance.draw()?)),
            Self::Derived(seed) => Ok(QuarantineId::caused_by(&[
                &seed_after(*seed, undos).to_be_bytes(),
                source.as_bytes(),
                origin.as_bytes(),
                item,
            ])),
        }
    }
}

/// Where no import was taken back it is the seed itself.
const fn seed_after(seed: u64, undos: u64) -> u64 {
    seed ^ undos.rotate_right(8)
}

/// How many imports were taken back so far.
pub(crate) fn undos(store: &impl Read) -> Result<u64, StoreError> {
    let kept = store.setting(UNDOS)?;
    Ok(kept.and_then(|kept| kept.try_into().ok()).map_or(0, u64::from_be_bytes))
}
