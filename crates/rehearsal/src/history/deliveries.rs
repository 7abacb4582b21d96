//! Which destinations a strategy would send to, on which occasions, and whom it would tell there. Nothing
//! is sent: what would wait for others in one message is counted one by one.

use std::collections::BTreeMap;

use domain::fact::{Addressee, Fact};
use domain::handoff::Occasion;
use rules::Strategy;
use rules::destinations::Trigger;
use serde::Serialize;

/// What stands in place of an occasion where a delivery takes another one back.
const UNDO: &str = "undo";

/// What a destination would get on one occasion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DestinationShare {
    /// The destination, as the strategy names it.
    pub destination: String,
    /// The occasion or the state of the handoff; `undo` for what takes a delivery back.
    pub occasion: &'static str,
    /// Deliveries in all.
    pub deliveries: u64,
    /// Of these, what members would be told, by their ids.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<String, u64>,
    /// Of these, what would go to channels that no one person has.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub channels: BTreeMap<String, u64>,
}

/// Deliveries as they are queued.
#[derive(Debug, Default)]
pub(super) struct DeliveryTally {
    counted: BTreeMap<Queued, u64>,
}

/// What deliveries that are counted together have in common.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Queued {
    destination: String,
    step: u16,
    /// The occasion that the fact names; none where the step waits for a state of the handoff.
    occasion: Option<&'static str>,
    undoes: bool,
    told: Option<Told>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Told {
    Member(String),
    Channel(String),
}

impl DeliveryTally {
    /// Takes in what is said of a delivery.
    pub(super) fn take(&mut self, fact: &Fact) {
        let Fact::DeliveryQueued { step, destination, undoes, notice, .. } = fact else { return };
        let notice = notice.as_deref();
        let told = notice.and_then(|notice| notice.told.as_ref()).map(|told| match told {
            Addressee::Member(member) => Told::Member(member.0.to_string()),
            Addressee::Channel(channel) => Told::Channel(channel.clone()),
        });
        let queued = Queued {
            destination: destination.clone(),
            step: *step,
            occasion: notice.and_then(|notice| notice.occasion).map(Occasion::as_str),
            undoes: undoes.is_some(),
            told,
        };
        *self.counted.entry(queued).or_default() += 1;
    }

    /// In sum, by destination and occasion. Steps that wait for a state are named by the strategy.
    pub(super) fn shares(&self, strategy: &Strategy) -> Vec<DestinationShare> {
        let mut shares: BTreeMap<(&str, &'static str), DestinationShare> = BTreeMap::new();
        for (queued, deliveries) in &self.counted {
            let waits_for = || trigger(strategy, queued.step);
            let occasion =
                if queued.undoes { UNDO } else { queued.occasion.unwrap_or_else(waits_for) };
            let key = (queued.destination.as_str(), occasion);
            let share = shares.entry(key).or_insert_with(|| DestinationShare {
                destination: queued.destination.clone(),
                occasion,
                ..DestinationShare::default()
            });
            share.deliveries += deliveries;
            let told = match &queued.told {
                Some(Told::Member(member)) => share.members.entry(member.clone()),
                Some(Told::Channel(channel)) => share.channels.entry(channel.clone()),
                None => continue,
            };
            *told.or_default() += deliveries;
        }
        shares.into_values().collect()
    }
}

/// What a step waits for.
fn trigger(strategy: &Strategy, step: u16) -> &'static str {
    let step = strategy.destinations.steps.get(usize::from(step));
    step.map_or("", |step| match step.when.value {
        Trigger::State(state) => state.as_str(),
        Trigger::Occasion(occasion) => occasion.as_str(),
    })
}
