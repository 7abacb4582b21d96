//! How each step is done.

use std::sync::Arc;

use crank::{Attempt, Crank, CrankError, ErasureSubject, Ids, IntakeItem};
use domain::fact::{By, ClaimCode, Feedback, Mode, Note};
use domain::handoff::{Actor, MemberId, Owner, QueueName, State};
use domain::reason::Code;
use domain::signal::IdentifierKind::{self, Company, Cookie, Email, ExternalId, Phone};
use domain::signal::Incoming;
use domain::{HandoffId, Moment, NodeId, PersonId, Span, Value};
use engine::event::Answer;
use engine::event::{Deed, JudgedClaim, Refusal};
use store::Read;

use super::World;
use super::records::raw_of;
use super::strategy::compiled;
use crate::office::{by_ann, delivery_of, handoff_of, signal, undo_merge};

impl World {
    pub(super) fn signal(
        &mut self,
        kind: u8,
        subject: &[(u8, u8, bool)],
        consent: Option<bool>,
        late: bool,
    ) {
        self.sent += 1;
        let kinds =
            ["page.viewed", "form.submitted", "form.submitted", "quote.asked", "chat.opened"];
        let subject: Vec<(IdentifierKind, String, bool)> = subject
            .iter()
            .map(|(what, n, verified)| match what {
                0 => (ExternalId, format!("u{n}"), *verified),
                1 => (Email, format!("p{n}@c{}.com", n % 2), *verified),
                2 => (Email, format!("q{n}@gmail.com"), *verified),
                3 => (Phone, format!("+4930901820{n}"), *verified),
                4 => (Company, format!("Firm {n} GmbH"), *verified),
                _ => (Cookie, format!("c{n}"), *verified),
            })
            .collect();
        let named: Vec<(IdentifierKind, &str)> =
            subject.iter().map(|(kind, value, _)| (*kind, value.as_str())).collect();
        let mut fields = vec![("account.employees", Value::Integer(self.sent as i64 * 60))];
        if let Some(consent) = consent {
            fields.push(("consent.email", Value::Boolean(consent)));
        }
        if self.sent.is_multiple_of(11) {
            fields.push(("account.tags", Value::List(vec![Value::from("do-not-route")])));
        }
        let when = if late { self.now - Span::days(3) } else { self.now };
        let mut signal = signal(self.sent, kinds[usize::from(kind)], &named, &fields, when);
        for (identifier, (_, _, verified)) in signal.content.subject.iter_mut().zip(&subject) {
            identifier.verified = *verified;
        }
        signal.content.vouched = [None, Some(true), Some(false)][self.sent as usize % 3];
        self.offer(&signal);
    }

    pub(super) fn offer(&mut self, signal: &Incoming) {
        let raw = || raw_of(signal);
        let offer = IntakeItem::Signal { incoming: signal, raw: &raw, line: None };
        let now = self.now;
        self.crank_mut().accept(&offer, None, now).expect("memory");
    }

    pub(super) fn turns(&mut self) {
        let now = self.now;
        let limit = if self.single { 1 } else { 10 };
        let taken = self.crank_mut().turns(now, limit).expect("memory");
        let poison = taken.iter().any(|taken| taken.reasons.contains(&Code::PoisonFact));
        assert!(!poison, "the engine panicked");
    }

    pub(super) fn deed(&mut self, handoff: u8, deed: u8, whom: u8) {
        let member = MemberId(["ann", "bob", "eve", "kim", "who"][usize::from(whom) % 5].into());
        let queue = QueueName(["unassigned", "lobby"][usize::from(whom) % 2].to_owned());
        let for_ann = || By::Behalf { member: MemberId("ann".into()), key: None, user: None };
        let by = Some(if whom.is_multiple_of(4) { for_ann() } else { by_ann() });
        let note = whom.is_multiple_of(3).then(|| Note::new(b"because".to_vec()));
        let outcome = |outcome| Deed::Outcome {
            outcome,
            occurred: None,
            returns: (whom.is_multiple_of(2)).then_some(self.now + Span::days(3)),
            note: Some(Note::new(b"said".to_vec())),
            by: None,
        };
        let deed = match deed {
            0 | 1 => Deed::Accept { note, member: None, by },
            2 => Deed::Accept { note, member: Some(member), by },
            3 | 4 => Deed::Reject { note, reason: Code::NotNow, by },
            5 => Deed::Reassign { note, to: Owner::Person(member), by },
            6 => Deed::Reassign { note, to: Owner::Queue(queue), by },
            7 => Deed::Reassign { note, to: Owner::Engine, by },
            8 => outcome(State::Working),
            9 => outcome(State::Met),
            10 => outcome(State::Won),
            11 => outcome(State::Recycled),
            12 => outcome(State::Disqualified),
            13..=15 => return self.undo_deed(),
            16 | 17 => Deed::Snooze {
                until: (!whom.is_multiple_of(5)).then_some(self.now + Span::hours(i64::from(whom))),
                by,
            },
            22..=25 => {
                let feedback =
                    [Feedback::Right, Feedback::Wrong, Feedback::Stale, Feedback::Missing]
                        [usize::from(whom) % 4];
                let claim = (feedback != Feedback::Missing).then_some(u16::from(whom % 3) + 1);
                let code = claim.map(|_| ClaimCode::Began);
                let of = JudgedClaim { brief: 0, claim, code, source: None };
                Deed::Feedback { of, feedback, note, by }
            }
            _ => Deed::Debrief {
                right: Some(true),
                complaints: 1,
                note: Some(Note::new(b"ok".to_vec())),
                by,
            },
        };
        self.act_where_it_fits(handoff, &deed);
    }

    /// What was done last to some handoff is taken back, where that can be.
    pub(super) fn undo_deed(&mut self) {
        let now = self.now;
        let handoffs: Vec<HandoffId> = self.model.undoable.keys().copied().collect();
        for handoff in handoffs {
            let deed = Deed::Undo { by: Some(by_ann()) };
            match self.crank_mut().act(handoff, &deed, Actor::Person, now) {
                Ok(_) => return,
                Err(CrankError::Refused(Refusal::NothingToUndo | Refusal::UndoTooLate)) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// One handoff, or the next few where its state forbids it.
    fn act_where_it_fits(&mut self, first: u8, deed: &Deed) {
        let now = self.now;
        let handoffs: Vec<HandoffId> = self.model.states.keys().copied().collect();
        for handoff in handoffs.iter().cycle().skip(first.into()).take(handoffs.len().min(12)) {
            let mut deed = deed.clone();
            if let Deed::Feedback { of, .. } = &mut deed {
                // As whoever reads its present brief says it.
                of.brief = self.live_handoff(*handoff).assignments;
            }
            let deed = &deed;
            // Most of what people do comes over a face, where it can be taken back.
            let crank = self.crank_mut();
            let done = if first.is_multiple_of(4) {
                crank.act(*handoff, deed, Actor::Person, now)
            } else {
                crank.act_undoably(*handoff, deed, Actor::Person, now)
            };
            match done {
                Ok(_) => return,
                Err(CrankError::Refused(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    pub(super) fn claim(&mut self, limit: usize) -> Vec<Attempt> {
        let now = self.now;
        let attempts = self.crank_mut().claim(now, limit).expect("memory");
        for attempt in &attempts {
            let of = handoff_of(self.crank_mut(), &attempt.row);
            let row = self.crank().store().handoff(of).expect("memory");
            let state = row.expect("of a handoff").state;
            let folded = self.live_handoff(of);
            let delivery = folded.delivery(delivery_of(&attempt.row)).expect("of it").clone();
            if delivery.undoes.is_none() {
                assert_ne!(state, State::Withdrawn, "nothing leaves for who was taken back");
            }
            // What has occurred is told whoever has the handoff since.
            if delivery.undoes.is_none() && !delivery.outlives_its_owner() {
                assert_eq!(
                    delivery.owner, folded.owner,
                    "nothing leaves for an owner of yesterday"
                );
            }
        }
        attempts
    }

    /// 0 done, 1 later, 2 never, 3 lost on the way, 4 done and the answer was lost.
    pub(super) fn answer(&mut self, attempt: &Attempt, answer: u8) {
        if matches!(answer, 0 | 4) {
            self.arrived(attempt);
        }
        let said = match answer {
            0 => Answer::Delivered { status: Some(200) },
            1 => {
                Answer::Later { code: Code::DestinationFailed, status: Some(500), not_before: None }
            }
            2 => Answer::Never { code: Code::DestinationRefused, status: Some(422) },
            _ => return self.silent.push(attempt.clone()),
        };
        let (errand, number, now) = (attempt.message(), attempt.attempt, self.now);
        self.crank_mut().answered(errand, number, &said, now).expect("memory");
    }

    /// Whatever is in a message is there.
    pub(super) fn arrived(&mut self, attempt: &Attempt) {
        let bundle = attempt.row.bundle;
        let rows = bundle.map(|bundle| self.crank().store().outbox_bundle(bundle).expect("memory"));
        for row in rows.unwrap_or_default().iter().chain([&attempt.row]) {
            let of = handoff_of(self.crank_mut(), row);
            self.effects.insert(delivery_of(row), of);
        }
    }

    pub(super) fn wait(&mut self, span: Span) {
        let until = self.now + span;
        let limit = if self.single { 1 } else { 3 };
        let mut fired = 0;
        while let Some(due) = self.next_timer().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            let now = self.now;
            self.grouped(|world| world.crank_mut().fire_timers(now, limit).expect("memory"));
            fired += 1;
            assert!(fired < 20_000, "timers storm");
        }
        self.now = until;
    }

    pub(super) fn deliver(&mut self, answers: &[u8]) {
        if self.single {
            for answer in answers {
                let attempts = self.grouped(|world| world.claim(1));
                for attempt in attempts {
                    self.grouped(|world| world.answer(&attempt, *answer));
                }
            }
            return;
        }
        let attempts = self.grouped(|world| world.claim(answers.len()));
        self.grouped(|world| {
            for (attempt, answer) in attempts.iter().zip(answers) {
                world.answer(attempt, *answer);
            }
        });
    }

    pub(super) fn next_timer(&mut self) -> Option<Moment> {
        let now = self.now;
        self.crank_mut().next_timer(now).expect("memory")
    }

    pub(super) fn erase(&mut self, whom: u8) {
        let people = self.people();
        if people.is_empty() {
            return;
        }
        let (person, now) = (people[usize::from(whom) % people.len()], self.now);
        let erased = match self.crank_mut().erase(person, &By::Operator, now) {
            Ok(erased) => erased,
            Err(CrankError::NoPerson(_)) => return,
            Err(error) => panic!("{error}"),
        };
        self.follow();
        // Now and then the company goes as well where somebody was who is erased.
        let accounts = erased.taken.iter().flat_map(|taken| &taken.accounts);
        for account in accounts.filter(|_| whom.is_multiple_of(3)) {
            let company = ErasureSubject::Company(*account);
            match self.crank_mut().erase(company, &By::Operator, now) {
                Ok(_) => self.follow(),
                Err(CrankError::NoCompany(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Whoever the next deliveries are about is erased while they are on their way. Nobody answers, so
    /// they are claimed once more.
    pub(super) fn vanish(&mut self) {
        let attempts = self.grouped(|world| world.claim(3));
        let now = self.now;
        for attempt in &attempts {
            let of = handoff_of(self.crank_mut(), &attempt.row);
            let row = self.crank().store().handoff(of).expect("memory");
            let person = row.expect("a row").person;
            match self.crank_mut().erase(person, &By::Operator, now) {
                Ok(_) | Err(CrankError::NoPerson(_)) => {}
                Err(error) => panic!("{error}"),
            }
            self.follow();
        }
        self.silent.extend(attempts);
        self.now = now + Span::minutes(3);
        self.grouped(|world| world.claim(20));
    }

    /// Of the newest merges one is taken back: of an old one the winner may be somebody else by now.
    pub(super) fn undo(&mut self, which: u8) {
        let merges = &self.model.merges;
        let newest = merges.len().min(3);
        if newest == 0 {
            return;
        }
        let (winner, loser) = merges[merges.len() - 1 - usize::from(which) % newest];
        let now = self.now;
        match undo_merge(self.crank_mut(), (winner, loser), now) {
            Ok(()) | Err(CrankError::NotMerged(..) | CrankError::NoPerson(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }

    /// Two who are known apart are one person, because somebody says so.
    pub(super) fn join_two(&mut self, which: u8) {
        let known =
            |person: &PersonId| !self.crank().store().cluster(*person).expect("memory").is_empty();
        let people: Vec<PersonId> = self.people().into_iter().filter(known).collect();
        if people.len() < 2 {
            return;
        }
        let one = usize::from(which) % people.len();
        let other = (one + 1 + usize::from(which) / 16 % (people.len() - 1)) % people.len();
        let (pair, now) = ((people[one], people[other]), self.now);
        let reason = which.is_multiple_of(2).then_some(Code::BadData);
        match self.crank_mut().join_people(pair, reason, &By::Operator, now) {
            Ok(_) | Err(CrankError::TooManyNodes(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }

    /// Nodes of somebody who has several are somebody else's.
    pub(super) fn split_one(&mut self, which: u8) {
        let nodes = |person: &PersonId| {
            let rows = self.crank().store().cluster(*person).expect("memory");
            let nodes: Vec<NodeId> = rows.into_iter().map(|row| row.node).collect();
            (nodes.len() > 1).then_some((*person, nodes))
        };
        let people: Vec<(PersonId, Vec<NodeId>)> = self.people().iter().filter_map(nodes).collect();
        if people.is_empty() {
            return;
        }
        let (person, nodes) = &people[usize::from(which) % people.len()];
        let many = 1 + usize::from(which) / 16 % (nodes.len() - 1);
        let now = self.now;
        let done = self.crank_mut().split_person(*person, &nodes[..many], None, &By::Operator, now);
        done.expect("some of their nodes");
    }

    /// Two who are known apart turn out to be one, whether for the first time or once more.
    pub(super) fn meet(&mut self, which: u8) {
        if which.is_multiple_of(3) || self.met == 0 {
            self.met += 1;
        }
        let n = self.met - u64::from(which) % self.met.min(4);
        let (id, mail) = ((ExternalId, format!("x{n}")), (Email, format!("f{n}@gmail.com")));
        for subject in [vec![id.clone()], vec![mail.clone()], vec![id, mail]] {
            self.grouped(|world| {
                world.sent += 1;
                let named: Vec<(IdentifierKind, &str)> =
                    subject.iter().map(|(kind, value)| (*kind, value.as_str())).collect();
                let kind = if named.len() > 1 { "form.submitted" } else { "page.viewed" };
                let signal = signal(world.sent, kind, &named, &[], world.now);
                world.offer(&signal);
                world.turns();
            });
        }
    }

    pub(super) fn desk(&mut self, deed: u8, whom: u8) {
        let member = MemberId(["ann", "bob", "eve", "kim"][usize::from(whom) % 4].into());
        let (now, by) = (self.now, By::Operator);
        let until = now + Span::hours(5);
        let crank = self.crank_mut();
        let to = Owner::Queue(QueueName("unassigned".to_owned()));
        let done = match (deed, whom / 4 % 8) {
            (0, 0) => crank.leave(&member, None, (&by, Actor::Operator), now).map(|_| ()),
            (0, 1) => crank.leave(&member, Some(&to), (&by, Actor::Operator), now).map(|_| ()),
            (0, 2) => crank.pause(&member, None, Some(Code::InTraining), &by, now),
            (0, _) => crank.pause(&member, Some(until), Some(Code::OnLeave), &by, now),
            (1, _) => crank.resume(&member, &by, now),
            (_, _) => crank.credit("sales", &member, 100, Code::ManagerAsked, &by, now),
        };
        // One of the versions has no queue of that name, and another a member less.
        match done {
            Ok(()) | Err(CrankError::Refused(Refusal::NoMember(_) | Refusal::NoQueue(_))) => {}
            Err(error) => panic!("{error}"),
        }
    }

    pub(super) fn apply(&mut self, version: u8) {
        let (files, strategy) = compiled(version);
        let now = self.now;
        self.crank_mut()
            .apply(files, Arc::clone(strategy), Mode::Live, &By::Operator, now)
            .expect("memory");
    }

    pub(super) fn reopen(&mut self) {
        let store = self.crank.take().expect("open").into_store();
        self.employ(Crank::open(store, Ids::Derived(7)).expect("recovers"));
    }
}
