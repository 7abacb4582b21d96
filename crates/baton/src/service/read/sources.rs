//! Sources with how they do: when the last signal came, how many were accepted, what is held and why.

use std::collections::BTreeMap;

use domain::Moment;
use domain::fact::Fact;
use domain::reason::Code;
use serde::Serialize;
use store::{EntryState, Read};

use super::failure::ReadError;
use super::{Service, recent};

/// Entries of the quarantine that are read in one go.
const STRIDE: usize = 500;

/// A source that is configured, or that something came from.
#[derive(Debug, Default, Serialize)]
pub struct SourceHealth {
    /// Its name.
    pub name: String,
    /// Its kind; none where the configuration has no such section, as for a source of an import map.
    pub kind: Option<&'static str>,
    /// When its last signal was accepted, among the newest entries of the journal.
    pub last_signal: Option<Moment>,
    /// Signals accepted in that time.
    pub accepted: u64,
    /// Since when they are counted; none where all are.
    pub counted_since: Option<Moment>,
    /// Signals that came before, since the folder was made.
    pub duplicates: u64,
    /// Entries that wait in quarantine, by cause.
    pub quarantined: BTreeMap<&'static str, u64>,
}

impl Service<'_> {
    /// All sources by name. `configured` has their kinds.
    pub fn sources(
        self,
        configured: impl IntoIterator<Item = (String, &'static str)>,
    ) -> Result<Vec<SourceHealth>, ReadError> {
        let mut known: BTreeMap<String, SourceHealth> = BTreeMap::new();
        for (name, kind) in configured {
            known.entry(name).or_default().kind = Some(kind);
        }
        let since = recent::newest(self.reader, |stored| {
            for fact in &stored.entry.facts {
                if let Fact::SignalArrived { source, .. } = fact {
                    let row = known.entry(source.to_string()).or_default();
                    row.accepted += 1;
                    row.last_signal = Some(stored.entry.header.moment);
                }
            }
            Ok(())
        })?;
        self.count_held(&mut known)?;
        for (name, count) in self.reader.counters()? {
            if let Some(source) = name.strip_prefix("duplicates/") {
                known.entry(source.to_owned()).or_default().duplicates = count;
            }
        }
        let named = |(name, row)| SourceHealth { name, counted_since: since, ..row };
        Ok(known.into_iter().map(named).collect())
    }

    fn count_held(self, known: &mut BTreeMap<String, SourceHealth>) -> Result<(), ReadError> {
        for state in [EntryState::Waiting, EntryState::Repaired] {
            let mut cursor = None;
            loop {
                let page = self.reader.entries(Some(state), cursor, STRIDE)?;
                for row in &page.rows {
                    let held = &mut known.entry(row.source.to_string()).or_default().quarantined;
                    *held.entry(Code::as_str(row.cause)).or_default() += 1;
                }
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }
}
