//! Handoffs that are open, by how urgent they are, and whose handoffs can be asked for.

use domain::Moment;
use domain::handoff::{Owner, State};
use rules::Strategy;
use store::{HandoffFilter, HandoffRow, Page};

use super::Service;
use super::failure::ReadError;
use super::handoffs::{ListedHandoff, deadline};
use super::unrecorded::Unrecorded;

/// Handoffs of one state that are looked at.
const OF_STATE_MAX: usize = 20_000;
/// Rows that are read in one go.
const STRIDE: usize = 500;

/// Open handoffs, the most urgent first.
#[derive(Debug, Default)]
pub struct OpenHandoffs {
    /// Those that are shown.
    pub rows: Vec<ListedHandoff>,
    /// How many more there are.
    pub more: usize,
}

impl Service<'_> {
    /// Handoffs that are open, by their deadlines: of an owner, in a state, and overdue at a moment, where that
    /// is asked for. Those without a deadline come last, the newest of them first.
    pub fn open_handoffs(
        self,
        filter: &HandoffFilter,
        overdue: Option<Moment>,
        limit: usize,
    ) -> Result<Unrecorded<OpenHandoffs>, ReadError> {
        let mut rows: Vec<HandoffRow> = Vec::new();
        for state in State::ALL.iter().copied() {
            let open = !state.is_terminal() && filter.state.is_none_or(|wanted| wanted == state);
            if open {
                self.of_state(state, filter.owner.as_ref(), overdue, &mut rows)?;
            }
        }
        rows.sort_by_key(|row| {
            let due = deadline(row);
            (due.is_none(), due, std::cmp::Reverse((row.opened, row.handoff)))
        });
        let more = rows.len().saturating_sub(limit);
        rows.truncate(limit);
        Ok(self.with_names(rows)?.map(|rows| OpenHandoffs { rows, more }))
    }

    fn of_state(
        self,
        state: State,
        owner: Option<&Owner>,
        overdue: Option<Moment>,
        rows: &mut Vec<HandoffRow>,
    ) -> Result<(), ReadError> {
        let filter = HandoffFilter { state: Some(state), owner: owner.cloned() };
        let mut cursor = None;
        for _ in 0..OF_STATE_MAX / STRIDE {
            let Page { rows: found, next } = self.handoff_rows(&filter, cursor, STRIDE)?;
            let wanted = |row: &HandoffRow| {
                overdue.is_none_or(|now| deadline(row).is_some_and(|due| due <= now))
            };
            rows.extend(found.into_iter().filter(wanted));
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Whether an owner is known: by the strategy in force, or by a handoff that they have or had.
    pub fn knows_owner(self, owner: &Owner, strategy: &Strategy) -> Result<bool, ReadError> {
        let known = match owner {
            Owner::Engine => true,
            Owner::Person(member) => strategy.team.member(&member.0).is_some(),
            Owner::Queue(queue) => strategy.routing.queue(&queue.0).is_some(),
        };
        let theirs = HandoffFilter { state: None, owner: Some(owner.clone()) };
        Ok(known || !self.handoff_rows(&theirs, None, 1)?.rows.is_empty())
    }
}
