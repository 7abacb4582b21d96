//! The program fails on one thing: it is parked, and everything else is as if nothing had been.

use crank::ParkedItem;
use domain::Span;
use domain::fact::{Entry, Fact};
use domain::handoff::Actor;
use domain::signal::IdentifierKind::Email;
use engine::event::Answer;

use super::World;
use crate::office::signal;

impl World {
    /// Mostly a timer or a delivery, else an answer or a signal.
    pub(super) fn poison(&mut self, what: u8) {
        match what {
            0..=2 => self.poison_timer(),
            3..=5 => self.poison_delivery(),
            6 => self.poison_answer(),
            _ => self.poison_signal(),
        }
        self.crank_mut().plant(Box::new(|_| false));
        self.follow();
    }

    /// Time goes on to the next timer, if that is soon.
    fn poison_timer(&mut self) {
        let Some(due) = self.next_timer().filter(|due| *due < self.now + Span::days(2)) else {
            return;
        };
        self.now = self.now.max(due);
        let now = self.now;
        self.crank_mut().plant(Box::new(|entry| entry.header.actor == Actor::Clock));
        self.crank_mut().take_timers(now, 1).expect("parked");
        for parked in self.crank_mut().take_parked() {
            if let ParkedItem::Timer(handoff) = parked.what {
                self.rested.insert(handoff);
            }
        }
    }

    fn poison_delivery(&mut self) {
        let now = self.now;
        let fails = |entry: &Entry| {
            entry.facts.iter().any(|fact| matches!(fact, Fact::DeliveryAttempted { .. }))
        };
        self.crank_mut().plant(Box::new(fails));
        let attempts = self.crank_mut().take_claims(now, 1).expect("parked");
        assert!(attempts.is_empty(), "what could not be recorded is not sent");
    }

    fn poison_answer(&mut self) {
        let attempts = self.grouped(|world| world.claim(1));
        let Some(attempt) = attempts.first() else { return };
        let (errand, number, now) = (attempt.message(), attempt.attempt, self.now);
        let said = Answer::Delivered { status: Some(200) };
        self.arrived(attempt);
        self.crank_mut().plant(Box::new(|entry| entry.header.actor == Actor::Destination));
        let crank = self.crank_mut();
        let failed = crank.grouped(|crank| crank.answered(errand, number, &said, now));
        let code = failed.expect_err("a planted fault").error().park_code();
        crank.park_answer(errand, number, &said, code, now).expect("parked");
    }

    fn poison_signal(&mut self) {
        self.sent += 1;
        let mail = format!("p{}@c{}.com", self.sent % 4, self.sent % 2);
        let signal = signal(self.sent, "form.submitted", &[(Email, &mail)], &[], self.now);
        self.grouped(|world| world.offer(&signal));
        let now = self.now;
        let fails = |entry: &Entry| {
            entry.facts.iter().any(|fact| matches!(fact, Fact::SubjectResolved { .. }))
        };
        self.crank_mut().plant(Box::new(fails));
        self.crank_mut().take_turns(now, 1).expect("parked");
    }
}
