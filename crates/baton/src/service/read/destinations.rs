//! Destinations with how they do: what is open, when something arrived last, what failed last.

use std::collections::BTreeMap;

use domain::errand::ErrandId;
use domain::fact::Fact;
use domain::handoff::DeliveryState;
use domain::{DeliveryId, Moment};
use rustc_hash::FxHashMap;
use serde::Serialize;
use store::Read;

use super::failure::ReadError;
use super::{Service, recent};
use crate::config::resolved::DestinationFacts;

/// Open deliveries that are counted at most.
const OPEN_MAX: usize = 100_000;

/// A destination that is configured, or that something is open for.
#[derive(Debug, Default, Serialize)]
pub struct DestinationHealth {
    /// Its name.
    pub name: String,
    /// Its kind; none where the configuration has no such section.
    pub kind: Option<&'static str>,
    /// `ok`, `failing`, `forbidden` or `not-configured`.
    pub health: &'static str,
    /// Deliveries that are not closed.
    pub open: u64,
    /// When something arrived last, among the newest entries of the journal.
    pub last_delivered: Option<Moment>,
    /// What the last failed attempt failed with.
    pub last_error: Option<&'static str>,
    /// The status that the destination gave, if it did.
    pub last_error_status: Option<u16>,
    /// When that was.
    pub last_error_at: Option<Moment>,
}

impl DestinationHealth {
    /// Whether the last attempt that ended failed.
    fn fails(&self) -> bool {
        self.last_error_at.is_some() && self.last_error_at >= self.last_delivered
    }
}

impl Service<'_> {
    /// All destinations by name.
    pub fn destinations(
        self,
        configured: &BTreeMap<String, DestinationFacts>,
    ) -> Result<Vec<DestinationHealth>, ReadError> {
        let mut known: BTreeMap<String, DestinationHealth> = BTreeMap::new();
        for (name, destination) in configured {
            known.entry(name.clone()).or_default().kind = Some(destination.kind);
        }
        let mut place: FxHashMap<DeliveryId, String> = FxHashMap::default();
        for row in self.reader.outbox_claimable(Moment(i64::MAX), OPEN_MAX)? {
            let ErrandId::Delivery(delivery) = row.errand;
            known.entry(row.destination.clone()).or_default().open += 1;
            place.insert(delivery, row.destination);
        }
        recent::newest(self.reader, |stored| {
            let moment = stored.entry.header.moment;
            for fact in &stored.entry.facts {
                if let Fact::DeliveryQueued { delivery, destination, .. } = fact {
                    place.insert(*delivery, destination.clone());
                } else if let Fact::DeliveryMoved { delivery, .. } = fact
                    && let Some(name) = place.get(delivery)
                {
                    known.entry(name.clone()).or_default().take(fact, moment);
                }
            }
            Ok(())
        })?;
        let forbidden = |name: &str| configured.get(name).is_some_and(|known| known.is_forbidden);
        let told = known.into_iter().map(|(name, row)| {
            let health = match row.kind {
                None => "not-configured",
                Some(_) if forbidden(&name) => "forbidden",
                Some(_) if row.fails() => "failing",
                Some(_) => "ok",
            };
            DestinationHealth { name, health, ..row }
        });
        Ok(told.collect())
    }
}

impl DestinationHealth {
    /// Takes in what became of a delivery.
    fn take(&mut self, fact: &Fact, moment: Moment) {
        let Fact::DeliveryMoved { state, code, status, .. } = fact else { return };
        if *state == DeliveryState::Delivered {
            self.last_delivered = Some(moment);
        } else if matches!(state, DeliveryState::Queued | DeliveryState::Failed)
            && let Some(code) = code
        {
            self.last_error = Some(code.as_str());
            (self.last_error_status, self.last_error_at) = (*status, Some(moment));
        }
    }
}
