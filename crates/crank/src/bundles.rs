//! Messages to one person at one destination that leave as one, and how many leave in a time.
//!
//! Which deliveries leave together is decided when the first of them is claimed, and is recorded with each
//! attempt, so that a message which is sent again has the same id and holds nothing that is new.

use domain::errand::ErrandId;
use domain::fact::Addressee;
use domain::{DeliveryId, Moment};
use engine::stages::deliver::quiet_until;
use rules::destinations::Rate;
use store::{OutboxRow, Store};

use crate::attempt::Attempt;
use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::error::CrankError;
use crate::rows::CLAIM;

/// The most deliveries of one message.
const BUNDLE_MAX: usize = 500;
/// The most bytes of the bodies of one message, unless one alone has more.
const BUNDLE_BYTES_MAX: usize = 4 << 20;

/// How a claimed errand leaves.
pub(crate) enum Dispatch {
    /// By itself.
    Alone,
    /// Not before this moment: whoever is told has had as many messages as the rate allows.
    Later(Moment),
    /// With these, the errand among them; under the id of this delivery, where they left before.
    Together(Option<DeliveryId>, Vec<OutboxRow>),
}

impl<S: Store> Crank<S> {
    /// How an errand that is due leaves.
    pub(crate) fn dispatch_of(
        &self,
        row: &OutboxRow,
        at: JournalMoment,
    ) -> Result<Dispatch, CrankError> {
        if let Some(bundle) = row.bundle {
            let mut rows = self.store.outbox_bundle(bundle)?;
            // What is set aside for longer, since the program failed on it, stays where it is.
            rows.retain(|row| row.due <= at.get() + CLAIM);
            return Ok(Dispatch::Together(Some(bundle), rows));
        }
        let Some(recipient) = row.recipient.as_deref().filter(|_| row.attempt == 0) else {
            return Ok(Dispatch::Alone);
        };
        let Some(strategy) = self.strategies.in_force() else { return Ok(Dispatch::Alone) };
        let Some(manner) = strategy.destinations.manner_at(&row.destination) else {
            return Ok(Dispatch::Alone);
        };
        // What was put off by an outage or a rate may have become due in quiet hours.
        let quiet = Addressee::of_recipient(recipient)
            .and_then(|told| quiet_until(strategy, &row.destination, &told, at.get()));
        if let Some(end) = quiet {
            return Ok(Dispatch::Later(end));
        }
        if !manner.bundles() {
            return Ok(Dispatch::Alone);
        }
        if let Some(rate) = &manner.rate
            && let Some(later) = self.rate_used_up(rate.value, row, at)?
        {
            return Ok(Dispatch::Later(later));
        }
        let rows = self.store.outbox_waiting(&row.destination, recipient, at.get(), BUNDLE_MAX)?;
        Ok(Dispatch::Together(None, rows))
    }

    /// Records an attempt at errands that leave together; none where nothing of them is to be sent.
    pub(crate) fn attempt_together(
        &mut self,
        bundle: Option<DeliveryId>,
        rows: Vec<OutboxRow>,
        at: JournalMoment,
    ) -> Result<Option<Attempt>, CrankError> {
        let is_one = rows.len() == 1 && bundle.is_none();
        let (mut message, mut first) = (bundle, None);
        let (mut bodies, mut offers) = (Vec::new(), Vec::new());
        let mut bytes = 0;
        for row in rows {
            let ErrandId::Delivery(delivery) = row.errand;
            let under = message.unwrap_or(delivery);
            let fits = |body: &[u8]| {
                bundle.is_some() || bytes == 0 || bytes + body.len() <= BUNDLE_BYTES_MAX
            };
            let recorded = (!is_one).then_some(under);
            let attempted = self.attempt_where(row, (delivery, recorded), fits, at)?;
            let Some(Attempt { row, attempt, body, offers: of_row }) = attempted else { continue };
            message = Some(under);
            bytes += body.len();
            bodies.push(body);
            offers.extend(of_row);
            first.get_or_insert((row, attempt));
        }
        let (Some(message), Some((row, attempt))) = (message, first) else { return Ok(None) };
        if bundle.is_none() {
            self.note_message(&row, at)?;
        }
        let body = if bodies.len() == 1 { bodies.swap_remove(0) } else { joined(message, &bodies) };
        Ok(Some(Attempt { row, attempt, body, offers }))
    }

    /// When the next message may leave, where whoever is told has had as many as the rate allows.
    fn rate_used_up(
        &self,
        rate: Rate,
        row: &OutboxRow,
        at: JournalMoment,
    ) -> Result<Option<Moment>, CrankError> {
        let Some(name) = log_name(row) else { return Ok(None) };
        let log = self.message_log(&name, at.get(), rate)?;
        let over = log.len().checked_sub(usize::from(rate.messages_max));
        Ok(over.map(|at| log[at] + rate.within))
    }

    /// Notes that a message leaves, where its destination has a rate.
    fn note_message(&mut self, row: &OutboxRow, at: JournalMoment) -> Result<(), CrankError> {
        let strategy = self.strategies.in_force();
        let manner = strategy.and_then(|known| known.destinations.manner_at(&row.destination));
        let rate = manner.and_then(|manner| manner.rate.as_ref()).map(|rate| rate.value);
        let (Some(rate), Some(name)) = (rate, log_name(row)) else { return Ok(()) };
        let mut log = self.message_log(&name, at.get(), rate)?;
        log.push(at.get());
        let bytes: Vec<u8> = log.iter().flat_map(|moment| moment.0.to_be_bytes()).collect();
        Ok(self.store.put_setting(&name, &bytes)?)
    }

    /// When messages left within the time of a rate, the oldest first.
    fn message_log(&self, name: &str, now: Moment, rate: Rate) -> Result<Vec<Moment>, CrankError> {
        let bytes = self.store.setting(name)?.unwrap_or_default();
        let (moments, _) = bytes.as_chunks::<8>();
        let moments = moments.iter().map(|bytes| Moment(i64::from_be_bytes(*bytes)));
        Ok(moments.filter(|moment| *moment + rate.within > now).collect())
    }
}

/// The setting that keeps when messages left to a recipient. Members and channels are configuration.
fn log_name(row: &OutboxRow) -> Option<String> {
    let recipient = row.recipient.as_deref()?;
    Some(format!("messages/{}/{recipient}", row.destination))
}

/// The bodies of deliveries as one, under the id of the message.
fn joined(message: DeliveryId, bodies: &[Vec<u8>]) -> Vec<u8> {
    let mut out = format!("{{\"delivery\":\"{message}\",\"bundle\":[").into_bytes();
    for (at, body) in bodies.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(body);
    }
    out.extend_from_slice(b"]}");
    out
}
