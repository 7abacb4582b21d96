//! Whoever is to hear of something hears of it: the right person, once for each occurrence.

use domain::fact::{By, Fact};
use domain::handoff::{MemberId, Occasion, Owner, QueueName, State, Target};
use domain::reason::Code;
use domain::signal::IdentifierKind::Email;
use domain::{HandoffId, Span};
use engine::event::{Answer, Deed};
use serde_json::Value as Json;
use store::{Position, Read};

use crate::office::{Office, ROUTING, STAYS, TEAM_OF_THREE, by_ann};

const DONE: Answer = Answer::Delivered { status: Some(200) };
const NEVER: Answer = Answer::Never { code: Code::DestinationRefused, status: Some(422) };

const SLA: &str = "
hot:
  calendar: owner
  accept:      { within: 1h, warn: 45m }
  first touch:
    within: 4h
    warn: 3h
    on silence:
      - { at: warn,   do: remind }
      - { at: breach, do: tell manager }
      - { after: 1h,  do: reassign }
  qualify:
    within: 2 working days
    on silence:
      - { at: breach, do: tell manager }
  on silence:
    - { at: warn,   do: remind }
    - { at: breach, do: tell manager }
";

const STEPS: &str = "
steps:
  - { step: boss,     to: mail, when: escalated,  tell: manager, must: true }
  - { step: again,    to: mail, when: escalated,  tell: ann }
  - { step: nudge,    to: mail, when: reminded,   tell: owner }
  - { step: warn,     to: mail, when: warned,     tell: owner }
  - { step: late,     to: chat, when: breached,   tell: '#sales', send: [handoff] }
  - { step: log,      to: hook, when: breached,   send: [handoff] }
  - { step: lost,     to: mail, when: reassigned, tell: previous owner }
  - { step: nobody,   to: mail, when: unrouted,   tell: queue owner }
  - { step: waits,    to: mail, when: waiting,    tell: queue owner }
  - { step: question, to: mail, when: reviewed,   tell: queue owner }
  - { step: hello,    to: mail, when: offered,    tell: owner }
";

fn office(routing: &str, sla: &str) -> Office {
    let files = [("sla.yaml", sla), ("team.csv", TEAM_OF_THREE), ("destinations.yaml", STEPS)];
    Office::with(routing, &files)
}

fn asks(office: &mut Office, who: &str) -> HandoffId {
    office.does("form.submitted", &[(Email, who)]).handoff.expect("a handoff")
}

/// What left since it was asked last: step, occasion, target, and who was told.
fn left(office: &mut Office) -> Vec<String> {
    let mut left = Vec::new();
    loop {
        let attempts = office.deliver(|_| DONE);
        if attempts.is_empty() {
            break;
        }
        for attempt in attempts {
            let body: Json = serde_json::from_slice(&attempt.body).expect("JSON");
            let word = |value: &Json| value.as_str().unwrap_or("-").to_owned();
            let (step, occasion) = (word(&body["step"]), word(&body["occasion"]));
            let (target, told) =
                (word(&body["message"]["target"]), word(&body["message"]["to"]["id"]));
            left.push(format!("{step} {occasion} {target} {told}"));
        }
    }
    left.sort();
    left
}

fn escalations(office: &Office) -> Vec<(Option<Target>, u16, Option<String>)> {
    let journal = office.crank.store().journal(Position::START, 10_000, None).expect("memory");
    let facts = journal.into_iter().flat_map(|stored| stored.entry.facts);
    let found = facts.filter_map(|fact| {
        let Fact::Escalated { step, told, target, .. } = fact else { return None };
        Some((target, step, told.map(|member| member.to_string())))
    });
    found.collect()
}

fn accept(office: &mut Office, id: HandoffId) {
    office.act(id, Deed::Accept { note: None, member: None, by: Some(by_ann()) });
}

#[test]
fn found_e1_reminders_escalations_and_breaches_leave_and_are_told_once() {
    let mut office = office(STAYS, SLA);
    let id = asks(&mut office, "ada@acme.com");
    let owner = office.handoff(id).owner.id().to_owned();
    assert_eq!(left(&mut office), [format!("hello offered - {owner}")]);
    office.wait_until(office.now + Span::minutes(45));
    let expected =
        [format!("nudge reminded accept {owner}"), format!("warn warned accept {owner}")];
    assert_eq!(left(&mut office), expected);
    office.wait_until(office.now + Span::minutes(15));
    // Ann is the manager and is named by two steps: she is told once.
    let expected =
        ["boss escalated accept ann", "late breached accept #sales", "log breached accept -"];
    assert_eq!(left(&mut office), expected);
    let known = office.handoff(id);
    let told = known.deliveries.iter().filter(|sent| sent.occasion() == Some(Occasion::Escalated));
    assert_eq!(told.count(), 1);
    office.wait_until(office.now + Span::minutes(30));
    assert_eq!(left(&mut office), Vec::<String>::new(), "nothing is told twice");
    let counts = office.crank.follow_ups();
    assert_eq!((counts.warned, counts.breached, counts.escalated, counts.told), (1, 1, 2, 5));
}

#[test]
fn found_e1_a_message_says_whom_it_tells_and_of_what() {
    let mut office = office(STAYS, SLA);
    let id = asks(&mut office, "ada@acme.com");
    office.wait_until(office.now + Span::minutes(60));
    let attempts = office.deliver(|_| DONE);
    let bodies =
        attempts.iter().map(|attempt| serde_json::from_slice(&attempt.body).expect("JSON"));
    let bodies: Vec<Json> = bodies.collect();
    let boss = bodies.iter().find(|body| body["step"] == "boss").expect("it left");
    assert_eq!(boss["occasion"], "escalated");
    assert_eq!(boss["handoff"], id.to_string());
    let (account, person) = (boss["account"].as_str(), boss["person"].as_str());
    assert!(
        account.is_some_and(|id| id.starts_with("a-"))
            && person.is_some_and(|id| id.starts_with("p-"))
    );
    let message = &boss["message"];
    assert_eq!(message["to"]["kind"], "member");
    assert_eq!(
        (message["to"]["name"].as_str(), message["to"]["email"].as_str()),
        (Some("Ann"), Some("ann@office.example"))
    );
    assert_eq!(message["must"], true);
    assert!(message["says"].as_str().is_some_and(|says| says.contains("in time")), "{message}");
    assert_eq!(message["link"], format!("/v1/handoffs/{id}"));
    assert!(boss["sends"].as_object().is_some_and(serde_json::Map::is_empty));
    let late = bodies.iter().find(|body| body["step"] == "late").expect("it left");
    assert_eq!(late["message"]["to"]["kind"], "channel");
    assert_eq!(late["sends"]["handoff"]["overdue"], serde_json::json!(["accept"]));
}

#[test]
fn found_e1_why_and_the_handoff_say_who_was_told() {
    let mut office = office(STAYS, SLA);
    let id = asks(&mut office, "ada@acme.com");
    office.wait_until(office.now + Span::minutes(60));
    let (store, latest) = (office.crank.store(), engine::as_of::AsOf::Latest);
    let history = crank::handoff_history(store, id, latest).expect("memory").expect("it is there");
    let strategy = office.crank.strategies().in_force().expect("one").clone();
    let versions: engine::names::Strategies = [strategy].into_iter().collect();
    let known = crank::handoff_known(store, id, latest).expect("memory").expect("it is there");
    let reader = engine::view::Reader::without_personal("");
    let text = engine::explain::text(&engine::explain::why(
        &history,
        &versions,
        &reader,
        engine::explain::NotesShown::LeftOut,
    ));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let boss = "Ann is told (occasion escalated, the time to accept): \"boss\" to mail";
    assert!(text.contains(boss), "{text}");
    let view = serde_json::to_value(engine::view::handoff(known.get(), &versions)).expect("JSON");
    assert_eq!(view["overdue"], serde_json::json!(["accept"]));
    let sent = view["deliveries"].as_array().expect("a list");
    let boss = sent.iter().find(|sent| sent["step"] == "boss").expect("it is listed");
    assert_eq!(
        (boss["occasion"].as_str(), boss["told"].as_str()),
        (Some("escalated"), Some("ann"))
    );
}

#[test]
fn found_e2_a_first_touch_that_never_came_is_told_and_given_on() {
    let mut office = office(STAYS, SLA);
    let id = asks(&mut office, "ada@acme.com");
    let owner = office.handoff(id).owner.clone();
    accept(&mut office, id);
    left(&mut office);
    office.wait_until(office.now + Span::hours(3));
    let name = owner.id().to_owned();
    let expected =
        [format!("nudge reminded first-touch {name}"), format!("warn warned first-touch {name}")];
    assert_eq!(left(&mut office), expected);
    office.wait_until(office.now + Span::hours(1));
    let expected = [
        "boss escalated first-touch ann",
        "late breached first-touch #sales",
        "log breached first-touch -",
    ];
    assert_eq!(left(&mut office), expected);
    office.wait_until(office.now + Span::hours(1));
    let given = office.handoff(id);
    assert!(given.state == State::Offered && given.owner != owner, "{:?}", given.owner);
    let lost = format!("lost reassigned - {name}");
    assert!(left(&mut office).contains(&lost));
    let touch = Some(Target::FirstTouch);
    assert_eq!(
        escalations(&office),
        [(touch, 0, Some(name)), (touch, 1, Some("ann".to_owned())), (touch, 2, None)]
    );
}

#[test]
fn found_e2_a_touch_in_time_ends_its_chain_and_qualify_has_one_too() {
    let mut office = office(STAYS, SLA);
    let id = asks(&mut office, "ada@acme.com");
    accept(&mut office, id);
    let worked = |outcome| Deed::Outcome {
        outcome,
        occurred: None,
        returns: None,
        note: None,
        by: Some(by_ann()),
    };
    office.act(id, worked(State::Working));
    left(&mut office);
    office.wait_until(office.now + Span::hours(12));
    assert_eq!(escalations(&office), []);
    office.wait_until(office.now + Span::days(3));
    assert_eq!(escalations(&office), [(Some(Target::Qualify), 0, Some("ann".to_owned()))]);
    assert!(left(&mut office).contains(&"boss escalated qualify ann".to_owned()));
    office.act(id, worked(State::Qualified));
    office.wait_until(office.now + Span::days(30));
    assert_eq!(escalations(&office).len(), 1);
}

#[test]
fn found_e2_what_nobody_took_is_told_once_and_by_the_chain_of_accept() {
    let same = "hot:\n  calendar: owner\n  accept: { within: 1h }\n  first touch: { within: 1h, on silence: [{ at: breach, do: tell manager }] }\n  on silence: [{ at: breach, do: tell manager }]\n";
    let mut office = office(STAYS, same);
    let silent = asks(&mut office, "ada@acme.com");
    let taken = asks(&mut office, "bo@other.com");
    accept(&mut office, taken);
    office.wait_until(office.now + Span::hours(2));
    let told = escalations(&office);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.contains(&(None, 0, Some("ann".to_owned()))));
    assert!(told.contains(&(Some(Target::FirstTouch), 0, Some("ann".to_owned()))));
    // Taken late, the first touch is late already: that is told, too.
    accept(&mut office, silent);
    office.wait_until(office.now + Span::seconds(1));
    assert_eq!(escalations(&office).len(), 3);
}

#[test]
fn found_e1_who_waits_and_who_was_not_found_alarms() {
    // Nobody is in the pool.
    let nobody = STAYS.replace("\"dach\"", "\"dach\" && account.tier == 1");
    let mut desk = office(&nobody, SLA);
    let id = asks(&mut desk, "ada@acme.com");
    assert_eq!(desk.handoff(id).owner, Owner::Queue(QueueName("unassigned".to_owned())));
    assert_eq!(left(&mut desk), ["nobody unrouted - ann"]);
    desk.wait_until(desk.now + Span::hours(2));
    let expected =
        ["late breached accept #sales", "log breached accept -", "waits waiting accept ann"];
    assert_eq!(left(&mut desk), expected);
    // Everybody is paused: the lead is held, and that is said once.
    let mut desk = office(STAYS, SLA);
    desk.pause("bob", None);
    desk.pause("eve", None);
    let id = asks(&mut desk, "ada@acme.com");
    assert_eq!(desk.handoff(id).state, State::Held);
    assert_eq!(left(&mut desk), ["waits waiting - ann"]);
    desk.wait_until(desk.now + Span::hours(5));
    assert_eq!(left(&mut desk), Vec::<String>::new());
    // Without an alarm nobody is alarmed.
    let quiet = nobody.replace("alarm: true", "alarm: false");
    let mut desk = office(&quiet, SLA);
    asks(&mut desk, "ada@acme.com");
    assert_eq!(left(&mut desk), Vec::<String>::new());
}

#[test]
fn found_e1_a_person_who_gives_it_on_is_an_occasion_too() {
    let mut office = office(STAYS, SLA);
    let id = asks(&mut office, "ada@acme.com");
    let first = office.handoff(id).owner.id().to_owned();
    let second = if first == "bob" { "eve" } else { "bob" };
    left(&mut office);
    let to = Owner::Person(MemberId(second.into()));
    office.act(id, Deed::Reassign { note: None, to, by: Some(By::Operator) });
    let mut expected =
        vec![format!("hello offered - {second}"), format!("lost reassigned - {first}")];
    expected.sort();
    assert_eq!(left(&mut office), expected);
}

#[test]
fn found_e1_who_cannot_be_told_does_not_stop_the_handoff() {
    let mut office = office(STAYS, SLA);
    let id = asks(&mut office, "ada@acme.com");
    left(&mut office);
    office.wait_until(office.now + Span::minutes(60));
    office.deliver(|destination| if destination == "mail" { NEVER } else { DONE });
    let known = office.handoff(id);
    assert_eq!(known.state, State::Offered, "it is not on the error path");
    let failed =
        known.deliveries.iter().filter(|sent| sent.state == domain::handoff::DeliveryState::Failed);
    assert!(failed.count() > 0, "and its page says that somebody was not told");
}

#[test]
fn found_e1_a_reminder_for_who_has_it_no_more_is_not_sent_and_an_escalation_is() {
    let mut office = office(ROUTING, SLA);
    let id = asks(&mut office, "ada@acme.com");
    left(&mut office);
    // Nothing is claimed between the warning and the breach, at which the offer passes on.
    office.wait_until(office.now + Span::minutes(60));
    let left = left(&mut office);
    assert!(
        !left.iter().any(|line| line.starts_with("nudge") || line.starts_with("warn")),
        "{left:#?}"
    );
    assert!(left.iter().any(|line| line.starts_with("late breached")), "{left:#?}");
    assert_eq!(office.handoff(id).state, State::Offered);
}

/// The office, where nobody is to be disturbed by mail from half an hour after its first lead until three
/// hours after it.
fn calm(quiet: &str) -> Office {
    let steps = format!("destinations:\n  mail: {{ quiet: \"{quiet}\" }}\n{STEPS}");
    Office::with(
        STAYS,
        &[("sla.yaml", SLA), ("team.csv", TEAM_OF_THREE), ("destinations.yaml", &steps)],
    )
}

/// Hours of a day in Berlin from so many minutes after noon, when the office begins.
fn quiet_from(minutes: (i64, i64)) -> String {
    let wall = |after_noon: i64| {
        let minute = (12 * 60 + after_noon).rem_euclid(24 * 60);
        format!("{:02}:{:02}", minute / 60, minute % 60)
    };
    format!("{}-{}", wall(minutes.0), wall(minutes.1))
}

#[test]
fn found_e1_in_quiet_hours_a_message_waits_and_what_must_be_told_is_told() {
    let mut office = calm(&quiet_from((30, 170)));
    let id = asks(&mut office, "ada@acme.com");
    let owner = office.handoff(id).owner.id().to_owned();
    let began = office.now;
    assert_eq!(left(&mut office), [format!("hello offered - {owner}")], "it is not quiet yet");
    office.wait_until(began + Span::minutes(45));
    assert_eq!(left(&mut office), Vec::<String>::new(), "the reminder and the warning wait");
    office.wait_until(began + Span::minutes(60));
    let expected =
        ["boss escalated accept ann", "late breached accept #sales", "log breached accept -"];
    assert_eq!(left(&mut office), expected, "what must be told, and other destinations");
    office.wait_until(began + Span::minutes(169));
    assert_eq!(left(&mut office), Vec::<String>::new());
    office.wait_until(began + Span::minutes(171));
    let expected =
        [format!("nudge reminded accept {owner}"), format!("warn warned accept {owner}")];
    assert_eq!(left(&mut office), expected, "the quiet hours are over");
}

#[test]
fn found_e1_a_reminder_of_what_was_done_meanwhile_never_leaves() {
    let mut office = calm(&quiet_from((30, 180)));
    let id = asks(&mut office, "ada@acme.com");
    let began = office.now;
    left(&mut office);
    office.wait_until(began + Span::minutes(50));
    accept(&mut office, id);
    office.wait_until(began + Span::minutes(181));
    let told = left(&mut office);
    assert!(told.iter().all(|told| !told.contains(" accept ")), "{told:?}");
    let known = office.handoff(id);
    let waited = known.deliveries.iter().filter(|sent| sent.code == Some(Code::TargetReached));
    assert_eq!(waited.count(), 2, "the reminder and the warning are withdrawn, and say why");
}

#[test]
fn found_e1_quiet_hours_reach_over_midnight_and_are_those_of_the_person() {
    // From an hour before the first lead until two hours after it, whatever the day: it waits.
    let mut office = calm(&quiet_from((-60, 120)));
    asks(&mut office, "ada@acme.com");
    let began = office.now;
    assert_eq!(left(&mut office), Vec::<String>::new());
    office.wait_until(began + Span::minutes(119));
    let told = left(&mut office);
    assert!(told.iter().all(|told| !told.contains("hello")), "{told:?}");
    office.wait_until(began + Span::minutes(121));
    let told = left(&mut office);
    assert!(told.iter().any(|told| told.starts_with("hello offered")), "{told:?}");
    // The same hours on the clock of another zone would be others: 23 hours of quiet leave one.
    let mut office = calm(&quiet_from((60, 0)));
    asks(&mut office, "ada@acme.com");
    assert_eq!(left(&mut office).len(), 1, "in the one hour that is not quiet it leaves at once");
}

/// As on the page of strategies: an offer passes on when nobody takes it, and the chain runs beside.
const PASSES: &str = r#"
routes:
  - { route: everybody, to: { pool: sales } }
  - { route: catch-all, to: { queue: unassigned } }
pools:
  sales: { members: 'member.region == "dach"', method: in turn, offer: { then: next member } }
queues:
  unassigned: { owner: ann, within: 2h }
"#;

const CHAIN: &str = "
hot:
  accept: { within: 1h }
  on silence:
    - { at: breach, do: tell manager }
    - { after: 1h,  do: reassign }
    - { after: 1h,  do: queue unassigned }
";

#[test]
fn found_e1_the_manager_hears_of_who_let_it_pass_and_not_of_who_got_it_then() {
    let mut office = office(PASSES, CHAIN);
    let id = asks(&mut office, "ada@acme.com");
    let first = office.handoff(id).owner.clone();
    office.deliver(|_| DONE);
    office.wait_until(office.now + Span::minutes(60));
    let second = office.handoff(id).owner.clone();
    assert!(first != second, "the offer has passed on");
    let mut bodies = Vec::new();
    loop {
        let attempts = office.deliver(|_| DONE);
        if attempts.is_empty() {
            break;
        }
        bodies.extend(attempts.into_iter().map(|attempt| attempt.body));
    }
    let bodies = bodies.iter().map(|body| serde_json::from_slice::<Json>(body).expect("JSON"));
    let boss: Vec<Json> = bodies.filter(|body| body["step"] == "boss").collect();
    assert_eq!(boss.len(), 1, "once: {boss:?}");
    let says = boss[0]["message"]["says"].as_str().expect("what it says").to_lowercase();
    assert!(says.contains(first.id()) && !says.contains(second.id()), "{says}");
}

#[test]
fn found_e1_nobody_loses_an_offer_in_the_moment_of_getting_it() {
    let mut office = office(PASSES, CHAIN);
    let id = asks(&mut office, "ada@acme.com");
    let first = office.handoff(id).owner.clone();
    office.wait_until(office.now + Span::minutes(60));
    let second = office.handoff(id).owner.clone();
    // The second offer ends, and the chain's line is due, at the same moment: it passes on once.
    let before = office.handoff(id).assignments;
    office.wait_until(office.now + Span::minutes(60));
    let known = office.handoff(id);
    assert_eq!(known.assignments, before + 1, "{:?}", known.owner);
    assert!(known.owner != second && second != first);
    assert_eq!(known.state, State::Offered, "whoever has it now has their hour");
}
