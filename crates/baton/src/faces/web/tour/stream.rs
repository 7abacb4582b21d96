//! What goes on in the demo now, from the end of its journal. Nothing sealed is opened.

use std::collections::BTreeMap;

use domain::fact::Fact;
use domain::handoff::{DeliveryState, Owner, State};
use domain::{Moment, Span};
use pages::text::thousands;
use pages::tour::{StreamRow, StreamView};
use store::{Position, Read, StoreError};

use crate::faces::web::moments;
use crate::faces::web::words::state_in_words;

/// Entries of the journal that are looked at, from its end.
const ENTRIES: u64 = 3_000;
/// What one column stands for.
const STEP: Span = Span::seconds(5);
/// Columns of a stream.
const COLUMNS: usize = 24;
/// Rows of a stream, the newest.
const ROWS: usize = 4;

/// One kind of things that go on.
#[derive(Default)]
struct Stream {
    columns: [u64; COLUMNS],
    /// The newest last.
    rows: Vec<StreamRow>,
}

impl Stream {
    fn take(&mut self, moment: Moment, now: Moment, what: &str, says: &str) {
        let ago = (now - moment).as_ms().max(0) / STEP.as_ms();
        if let Some(column) = usize::try_from(ago).ok().and_then(|ago| COLUMNS.checked_sub(ago + 1))
        {
            self.columns[column] += 1;
        }
        let row = StreamRow {
            when: moments::with_seconds(moment),
            what: what.to_owned(),
            says: says.to_owned(),
        };
        self.rows.push(row);
    }

    fn view(mut self, title: &str, what: &str) -> StreamView {
        let all: u64 = self.columns.iter().sum();
        self.rows.reverse();
        self.rows.truncate(ROWS);
        StreamView {
            title: title.to_owned(),
            count: thousands(all),
            says: format!("{what} in the last two minutes"),
            minutes: self.columns.to_vec(),
            rows: self.rows,
        }
    }
}

/// Signals, handoffs and deliveries of the last two minutes.
pub(super) fn newest(reader: &impl Read, now: Moment) -> Result<Vec<StreamView>, StoreError> {
    let end = reader.head()?.position.0;
    let after = Position(end.saturating_sub(ENTRIES));
    let (mut signals, mut handoffs, mut deliveries) =
        (Stream::default(), Stream::default(), Stream::default());
    // Where to, by the delivery.
    let mut destinations = BTreeMap::new();
    for stored in reader.journal(after, ENTRIES as usize, None)? {
        let moment = stored.entry.header.moment;
        for fact in &stored.entry.facts {
            if let Fact::SignalArrived { source, lead, .. } = fact {
                let says = if *lead == Some(true) { "names somebody" } else { "of a visitor" };
                signals.take(moment, now, source.as_str(), says);
            } else if let Fact::SignalQuarantined { source, cause, .. } = fact {
                signals.take(
                    moment,
                    now,
                    source.as_str(),
                    &format!("held: {}", cause.as_str().replace('-', " ")),
                );
            } else if let Fact::OwnerAssigned { owner, .. } = fact {
                let says = match owner {
                    Owner::Person(member) => format!("to {member}"),
                    Owner::Queue(queue) => format!("to the queue {queue}"),
                    Owner::Engine => "back to the engine".to_owned(),
                };
                handoffs.take(moment, now, "routed", &says);
            } else if let Fact::HandoffMoved { state, by, .. } = fact {
                if matches!(state, State::Accepted | State::Rejected | State::Expired) {
                    let by = by.as_ref().map(|by| format!("by {by}")).unwrap_or_default();
                    handoffs.take(moment, now, &state_in_words(*state), &by);
                }
            } else if let Fact::DeliveryQueued { delivery, destination, .. } = fact {
                destinations.insert(*delivery, destination.clone());
            } else if let Fact::DeliveryMoved { delivery, state, attempt, .. } = fact {
                let to = destinations.get(delivery).map_or("delivery", String::as_str);
                match state {
                    DeliveryState::Delivered if *attempt > 1 => {
                        deliveries.take(moment, now, to, &format!("there, at attempt {attempt}"));
                    }
                    DeliveryState::Delivered => deliveries.take(moment, now, to, "there, once"),
                    DeliveryState::Failed => deliveries.take(moment, now, to, "never got there"),
                    DeliveryState::Queued
                    | DeliveryState::Attempting
                    | DeliveryState::Compensated
                    | DeliveryState::Withdrawn => {}
                }
            }
        }
    }
    Ok(vec![
        signals.view("Signals in", "came"),
        handoffs.view("Handoffs", "moved"),
        deliveries.view("Deliveries", "arrived"),
    ])
}
