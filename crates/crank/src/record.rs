//! Records that concern no lead. Readings of personal data are recorded once for their reader, purpose,
//! subject and hour, before anything is shown: what cannot be recorded is not read. Imports are recorded
//! where they begin and where they end, users where what they may sign in as changes.

use domain::fact::{Aggregate, By, Note};
use domain::handoff::{Actor, MemberId};
use domain::{Moment, Span};
use engine::event::{Event, ImportEvent, ImportRecord, UserGrant, UserRecord};
use store::{Purpose, Store, StoreError, UserRow, UserSecrets};

use crate::crank::Crank;
use crate::disclosures::{Disclosure, REMEMBERED_MAX};
use crate::error::CrankError;

/// For how long a reading counts as recorded.
const HOUR: Span = Span::minutes(60);

impl<S: Store> Crank<S> {
    /// Whether a reading is recorded for the present hour, so that nothing has to be written.
    pub fn is_recorded(&mut self, disclosure: &Disclosure, now: Moment) -> bool {
        let hour = self.hour(now);
        self.remember_readings(hour);
        self.disclosures.has(disclosure, hour)
    }

    /// Looks once, after a start, what is recorded for the present hour: the hour is the journal's, and
    /// other processes may have had a part of it. What cannot be read counts as not recorded.
    fn remember_readings(&mut self, hour: i64) {
        if self.disclosures.are_remembered() {
            return;
        }
        let since = Moment(hour.saturating_mul(HOUR.0));
        let entries =
            self.store.since(Aggregate::Governance, since, REMEMBERED_MAX, Some(&Purpose::CARE));
        let Ok(entries) = entries else { return };
        let facts = entries.iter().flat_map(|stored| &stored.entry.facts);
        self.disclosures.remember(hour, facts);
    }

    /// Records that personal data is about to be read in clear, in a group of its own. On a full
    /// disk the record comes out of the room that is kept for it. An error means that nothing may be
    /// read.
    pub fn record_disclosure(
        &mut self,
        disclosure: &Disclosure,
        now: Moment,
    ) -> Result<(), CrankError> {
        if self.is_recorded(disclosure, now) {
            return Ok(());
        }
        loop {
            let written = self.grouped(|crank| crank.write_disclosure(disclosure, now));
            match written.map_err(CrankError::from).and_then(|written| written) {
                // Each piece of that room is given up once, so this ends.
                Err(CrankError::Store(StoreError::Full)) => self.store.draw_reserve()?,
                Err(error) => return Err(error),
                Ok(()) => break,
            }
        }
        let hour = self.hour(now);
        self.disclosures.add(disclosure, hour);
        Ok(())
    }

    fn write_disclosure(&mut self, disclosure: &Disclosure, now: Moment) -> Result<(), CrankError> {
        let Disclosure { reader, purpose, reason, of, nodes, actor } = disclosure.clone();
        let reason = reason.map(|words| Note::new(words.into_bytes()));
        let at = self.clock.stamp(now);
        self.handle(&Event::Reading { reader, purpose, nodes, of, reason }, at, actor, None)?;
        Ok(())
    }

    /// Records that an import begins or has come to its end, within an open group.
    pub fn record_import(&mut self, record: ImportRecord, now: Moment) -> Result<(), CrankError> {
        let at = self.clock.stamp(now);
        self.handle(&Event::Import(ImportEvent::Recorded(record)), at, Actor::Operator, None)?;
        Ok(())
    }

    /// Writes which signals of imports came again in the open group.
    pub(crate) fn write_witnesses(&mut self) -> Result<(), CrankError> {
        let Some((witnesses, at)) = self.witnesses.take() else { return Ok(()) };
        for witnessed in witnesses {
            let event = Event::Import(ImportEvent::Witnessed(witnessed));
            self.handle(&event, at, Actor::Source, None)?;
        }
        Ok(())
    }

    /// Keeps a user and records what they may sign in as, or that they may no more, within an open group.
    pub fn record_user(
        &mut self,
        (row, secrets): (&UserRow, &UserSecrets),
        by: &By,
        now: Moment,
    ) -> Result<(), CrankError> {
        let UserRow { user, role, member, revoked, .. } = row;
        let member = member.as_deref().map(|member| MemberId(member.into()));
        let grant = revoked.is_none().then_some(UserGrant { role: *role, member });
        let at = self.clock.stamp(now);
        let actor = if *by == By::Operator { Actor::Operator } else { Actor::Person };
        let record = UserRecord { user: *user, grant, by: by.clone() };
        self.handle(&Event::User(record), at, actor, None)?;
        Ok(self.store.put_user(row, secrets)?)
    }

    /// The hour of the journal's time.
    fn hour(&mut self, now: Moment) -> i64 {
        self.clock.look(now).get().0.div_euclid(HOUR.0)
    }
}
