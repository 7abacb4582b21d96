//! The golden journal: the stored form of every fact, byte for byte.
//!
//! A byte that changes here changes what is in data folders everywhere. `BLESS=1` rewrites the
//! file; the diff is the review, and lines may only be added.
#![expect(clippy::unnecessary_wraps, reason = "every optional field is filled")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use domain::fact::{
    Addressee, Aggregate, BodyMac, By, Candidate, Chosen, Claim, ClaimCode, Claims, Contribution,
    Entry, Fact, Feedback, Header, ImportedRows, LeftAlone, Match, Mode, Note, Notice, Raw,
    ReadFor, ReadOf, Routing, SCHEMA, Score, ScoreGroup, StrategyVersion, UndoneImport, Unknown,
    UnknownCode, Verdict,
};
use domain::handoff::{
    Action, Actor, Autonomy, DeliveryState, MemberId, Occasion, Owner, QueueName, Seam, State,
    Target,
};
use domain::reason::{Code, Finding, Reason, Severity};
use domain::signal::{Content, Identifier, IdentifierKind, SourceName};
use domain::usual_fields::USUAL_FIELDS;
use domain::{
    AccountId, DeliveryId, Fields, HandoffId, ImportId, KeyId, Moment, Money, NodeId, PersonId,
    QuarantineId, Role, SignalId, UserId, Value,
};
use rust_decimal::Decimal;
use store::chance::Chance;
use store::sqlite::SqliteStore;
use store::{Position, Purpose, Read, Store, story};

const FILE: &str = "tests/golden/journal-v2.cbor.hex";
/// As form 1 had them; it is read and not written.
const FORM_1: &str = "tests/golden/journal-v1.cbor.hex";

#[test]
fn every_fact_is_stored_as_it_always_was() {
    let written = lines(&entries());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &written).unwrap();
    }
    let golden = fs::read_to_string(&path).expect("the golden journal is there");
    for (golden, written) in golden.lines().zip(written.lines()) {
        assert_eq!(golden, written);
    }
    assert_eq!(golden.lines().count(), written.lines().count());
}

#[test]
fn what_was_stored_reads_back() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let golden = fs::read_to_string(&path).expect("the golden journal is there");
    let mut kinds = BTreeMap::new();
    for (line, entry) in golden.lines().zip(entries()) {
        let (kind, hex) = line.split_once(' ').unwrap();
        let bytes = unhex(hex);
        let read = Entry::read(&bytes).unwrap();
        let mut clear = entry.clone();
        clear.facts.iter_mut().for_each(strip);
        assert_eq!(read, clear, "{kind}");
        assert_eq!(written(&read), bytes, "one form for one meaning");
        *kinds.entry(kind).or_insert(0) += 1;
    }
    assert_eq!(kinds.len(), 50, "a line for every kind of fact");
}

#[test]
#[expect(clippy::wildcard_enum_match_arm, reason = "one kind is looked for")]
fn every_fact_goes_through_a_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = SqliteStore::open(&folder.path().join("data"), Chance::seeded(7)).unwrap();
    let handoffs = story::handoff_row(node(), State::Offered, Owner::Engine, 1);
    store.begin().unwrap();
    store.put_handoff(&store::HandoffRow { handoff: handoff(), node: node(), ..handoffs }).unwrap();
    for entry in entries() {
        store.append(&entry).unwrap();
    }
    store.commit().unwrap();
    let read = store.journal(Position::START, 1_000, Some(&Purpose::CARE)).unwrap();
    let read: Vec<Entry> = read.into_iter().map(|stored| stored.entry).collect();
    let wanted = entries().into_iter().map(|mut entry| {
        for fact in &mut entry.facts {
            if let Fact::DeliveryQueued { body, .. } = fact {
                assert!(body.take().is_some(), "a body is no part of what is stored");
                let kept = read.iter().flat_map(|entry| &entry.facts).find_map(|fact| match fact {
                    Fact::DeliveryQueued { mac, .. } => *mac,
                    _ => None,
                });
                *fact = fact.with_mac(Some(kept.expect("a MAC of the body is kept")));
            }
        }
        entry
    });
    assert_eq!(read, wanted.collect::<Vec<_>>());
}

#[test]
fn what_form_1_stored_is_lifted() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FORM_1);
    let golden = fs::read_to_string(&path).expect("the golden journal is there");
    let mut read = 0;
    for (line, mut wanted) in golden.lines().zip(entries()) {
        let (kind, hex) = line.split_once(' ').unwrap();
        let mut entry = Entry::read(&unhex(hex)).unwrap();
        assert_eq!((entry.header.schema, entry.facts[0].kind()), (1, kind));
        if let Fact::Unsealed { purpose, reason, .. } = &entry.facts[0] {
            let reason = reason.as_ref().map(|note| note.bytes.as_slice());
            assert_eq!((*purpose, reason), (ReadFor::Stated, Some(&b"an inquiry"[..])));
        }
        let by = by_of(&mut entry.facts[0]).map(|by| std::mem::replace(by, By::Operator));
        if let Some(by) = by {
            assert_eq!(by.kind(), "former", "{kind}");
            assert!(["sam", "kim"].contains(&by.to_string().as_str()), "{kind}: {by}");
            *by_of(&mut wanted.facts[0]).unwrap() = By::Operator;
        }
        if let Fact::Unsealed { of, .. } = &mut wanted.facts[0] {
            *of = None;
        } else if let Fact::SignalArrived { lead, .. } = &mut wanted.facts[0] {
            *lead = None;
        }
        strip(&mut wanted.facts[0]);
        strip(&mut entry.facts[0]);
        if let Fact::DeliveryQueued { mac, .. } = &mut wanted.facts[0] {
            *mac = None;
        }
        if let Fact::BriefWritten { claims, unknown, renderer, .. } = &mut wanted.facts[0] {
            (*claims, *unknown, *renderer) = (5, 2, None);
        }
        assert_eq!(entry.facts, wanted.facts, "{kind}");
        read += 1;
    }
    assert_eq!(read, 37);
}

fn lines(entries: &[Entry]) -> String {
    entries.iter().fold(String::new(), |mut text, entry| {
        write!(text, "{} ", entry.facts[0].kind()).unwrap();
        for byte in written(entry) {
            write!(text, "{byte:02x}").unwrap();
        }
        text.push('\n');
        text
    })
}

/// The clear part as a journal has it.
fn written(entry: &Entry) -> Vec<u8> {
    let mut bytes = Vec::new();
    entry.write(&[], &mut bytes);
    bytes
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "most facts have no sealed part")]
fn strip(fact: &mut Fact) {
    match fact {
        Fact::SignalArrived { content, .. } | Fact::CheckpointReached { repaired: content, .. } => {
            *content = None;
        }
        Fact::SignalQuarantined { raw, .. } | Fact::QuarantineRepaired { raw, .. } => *raw = None,
        Fact::OutcomeRecorded { note, .. }
        | Fact::Debriefed { note, .. }
        | Fact::ClaimJudged { note, .. } => *note = None,
        Fact::DeliveryQueued { body: note, .. }
        | Fact::Unsealed { reason: note, .. }
        | Fact::ImportRecorded { names: note, .. } => {
            *note = None;
        }
        Fact::BriefWritten { says, .. } => *says = None,
        _ => {}
    }
}

/// A claim that tells a field, one that was decided, and something that is not known.
fn claims() -> Claims {
    let decided = Claim {
        code: ClaimCode::ScorePart,
        evidence: vec![0, 1],
        source: None,
        name: None,
        numbers: vec![0, 2_000, 3],
    };
    let told = Claim {
        code: ClaimCode::PersonField,
        evidence: vec![1],
        source: Some(0),
        name: Some("title".into()),
        numbers: Vec::new(),
    };
    let asked = Unknown { code: UnknownCode::Field, name: Some("person.phone".into()) };
    Claims {
        signals: vec![SignalId::from_bytes([7; 10]), SignalId::from_bytes([8; 10])],
        sources: vec![SourceName::new("web").unwrap()],
        claims: vec![told, decided],
        unknown: vec![asked],
        playbook: Some(Chosen { playbook: 2, evidence: vec![1] }),
    }
}

/// Claims are a few bytes each, in one form alone, and the page for strangers knows their codes.
#[test]
fn claims_are_stored_as_they_always_were() {
    let bytes = minicbor::to_vec(claims()).unwrap();
    assert_eq!(minicbor::decode::<Claims>(&bytes).unwrap(), claims());
    assert_eq!(
        bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
        "85540707070707070707070708080808080808080808816377656282840481010001\
         850c820001f6f683001907d00381820a6c706572736f6e2e70686f6e6582028101"
    );
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/JOURNAL.md");
    let page = fs::read_to_string(page).expect("docs/JOURNAL.md is there");
    let claims = ClaimCode::ALL.iter().map(|code| (*code as u8, code.as_str()));
    for (number, word) in claims {
        assert!(page.contains(&format!("| {number} `{word}` |")), "claim {number} {word}");
    }
    let unknown = UnknownCode::ALL.iter().map(|code| (*code as u8, code.as_str()));
    for (number, word) in unknown {
        assert!(page.contains(&format!("{number} `{word}`")), "not known: {number} {word}");
    }
}

/// Who did it, as far as the fact says so.
#[expect(clippy::wildcard_enum_match_arm, reason = "most facts do not say who did it")]
fn by_of(fact: &mut Fact) -> Option<&mut By> {
    match fact {
        Fact::OwnerAssigned { by, .. }
        | Fact::HandoffMoved { by, .. }
        | Fact::Touched { by, .. }
        | Fact::OutcomeRecorded { by, .. }
        | Fact::Debriefed { by, .. }
        | Fact::ClaimJudged { by, .. }
        | Fact::DeedUndone { by, .. }
        | Fact::HandoffSnoozed { by, .. }
        | Fact::CreditGiven { by, .. } => by.as_mut(),
        Fact::MergeUndone { by, .. }
        | Fact::MemberPaused { by, .. }
        | Fact::MemberResumed { by, .. }
        | Fact::StrategyApplied { by, .. }
        | Fact::PersonErased { by, .. }
        | Fact::Unsealed { reader: by, .. }
        | Fact::ImportRecorded { by, .. }
        | Fact::UserGranted { by, .. }
        | Fact::UserRevoked { by, .. } => Some(by),
        _ => None,
    }
}

fn signal() -> SignalId {
    SignalId::from_bytes([1; 10])
}

fn node() -> NodeId {
    NodeId::from_bytes([2; 10])
}

fn whom() -> PersonId {
    PersonId::from_bytes([3; 10])
}

fn account() -> AccountId {
    AccountId::from_bytes([4; 10])
}

fn handoff() -> HandoffId {
    HandoffId::from_bytes([5; 10])
}

fn delivery() -> DeliveryId {
    DeliveryId::from_bytes([6; 10])
}

fn quarantined() -> QuarantineId {
    QuarantineId::from_bytes([7; 10])
}

fn import() -> Option<ImportId> {
    Some(ImportId::from_bytes([8; 10]))
}

fn sam() -> MemberId {
    MemberId("sam".into())
}

fn word() -> Option<String> {
    Some("sam".to_owned())
}

fn by() -> Option<By> {
    Some(By::Member(sam()))
}

fn version(byte: u8) -> StrategyVersion {
    StrategyVersion([byte; 16])
}

fn reasons() -> Vec<Reason> {
    vec![
        Reason::new(Code::NewSubject),
        Reason::of_rule(Code::RouteMatched, 3),
        Reason::of_rule(Code::DayCap, 40).with_figure(-7),
    ]
}

fn at(seconds: i64) -> Moment {
    story::noon(seconds)
}

fn note(text: &str) -> Option<Box<Note>> {
    Some(Box::new(Note::new(text.as_bytes().to_vec())))
}

fn raw(repairs: &[(&str, &str)]) -> Option<Box<Raw>> {
    let own = |text: &str| text.to_owned();
    Some(Box::new(Raw {
        bytes: b"ada;yesterday".to_vec(),
        file: Some(own("leads.csv")),
        detail: own("The time could not be read."),
        format: own("csv"),
        origin: own("leads"),
        source_id: Some(own("7")),
        cut: false,
        repairs: repairs.iter().map(|(field, value)| (own(field), own(value))).collect(),
    }))
}

fn content() -> Option<Box<Content>> {
    let fields = [
        ("a text", Value::from("hello")),
        ("an integer", Value::from(-3)),
        ("a decimal", Value::Decimal(Decimal::new(1250, 2))),
        ("yes", Value::from(true)),
        ("a moment", Value::Moment(at(5))),
        (
            "money",
            Value::Money(Money { amount: Decimal::new(1250, 2), currency: "EUR".to_owned() }),
        ),
        ("a list", Value::List(vec![Value::from("one"), Value::from(2)])),
        ("a record", Value::Record(Fields::from([("in", Value::from(1))]))),
    ];
    Some(Box::new(Content {
        kind: "form.submitted".into(),
        origin: "site".into(),
        source_id: "7".into(),
        occurred: Some(at(1)),
        subject: vec![Identifier {
            kind: IdentifierKind::Email,
            value: "ada@acme.example".into(),
            verified: true,
        }],
        fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        vouched: None,
    }))
}

/// One entry for each kind of fact, every field filled.
fn entries() -> Vec<Entry> {
    let source = SourceName::new("web").unwrap();
    let of_node = Aggregate::Node(node());
    let of_account = Aggregate::Account(account());
    let (handoff, signal, person, delivery, entry) =
        (handoff(), signal(), whom(), delivery(), quarantined());
    let routing = Routing {
        route: Some(3),
        reasons: reasons(),
        pool: Some("pool".to_owned()),
        candidates: vec![Candidate {
            member: sam(),
            code: Code::OnLeave,
            figure: Some(150),
            until: Some(at(60)),
        }],
        probability_ppm: Some(500_000),
    };
    let resolved = Fact::SubjectResolved {
        signal,
        person: Some(person),
        account: account(),
        found: Match::Exact,
        confidence: 99,
        reasons: reasons(),
        anchored: Some(true),
        named: None,
        shared: None,
        withheld: None,
        as_of: None,
    };
    let checkpoint = Fact::CheckpointReached {
        seam: Seam::Signal,
        signal,
        handoff: Some(handoff),
        contract: Some(1),
        verdict: Verdict::Repaired,
        findings: vec![Finding {
            code: Code::FieldPattern,
            severity: Severity::Warning,
            field: Some("person.phone".to_owned()),
        }],
        repaired: content(),
    };
    let score = Score {
        fit: 3_000,
        engagement: -50,
        contributions: vec![Contribution {
            group: ScoreGroup::Engagement,
            rule: Some(2),
            points: -50,
            evidence: vec![signal],
        }],
    };
    vec![
        told(
            of_node,
            Fact::SignalArrived {
                signal,
                source: source.clone(),
                occurred: Some(at(1)),
                import: import(),
                lead: Some(true),
                again: None,
                content: content(),
            },
        ),
        told(
            Aggregate::Quarantine,
            Fact::SignalQuarantined {
                entry,
                source,
                cause: Code::TimeUnreadable,
                line: Some(7),
                import: import(),
                signal: Some(signal),
                field: word(),
                raw: raw(&[]),
            },
        ),
        told(
            Aggregate::Quarantine,
            Fact::QuarantineRepaired {
                entry,
                cause: None,
                field: None,
                raw: raw(&[("created", "2026-11-20")]),
            },
        ),
        told(Aggregate::Quarantine, Fact::QuarantineReleased { entry, signal }),
        told(Aggregate::Quarantine, Fact::QuarantineDiscarded { entry }),
        told(of_node, resolved),
        told(of_account, Fact::NodeJoined { node: node(), person, verified: true, company: None }),
        told(of_account, Fact::NodeLeft { node: node(), to: AccountId::from_bytes([9; 10]) }),
        told(
            of_account,
            Fact::PeopleMerged {
                winner: person,
                loser: PersonId::from_bytes([9; 10]),
                nodes: vec![node()],
                signal: Some(signal),
                reasons: reasons(),
                by: None,
            },
        ),
        told(
            of_account,
            Fact::MergeUndone {
                winner: person,
                loser: PersonId::from_bytes([9; 10]),
                nodes: vec![node()],
                by: By::Operator,
                apart: None,
                reason: None,
            },
        ),
        told(of_node, checkpoint),
        told(of_account, Fact::LeadScored { signal, person: Some(person), score: score.into() }),
        told(
            of_account,
            Fact::DecisionMade {
                signal,
                person: Some(person),
                action: Action::HandOff,
                kind: word(),
                sla: word(),
                reasons: reasons(),
                autonomy: Autonomy::Notice,
                trace: vec![0b1001_0010],
                handoff: Some(handoff),
                as_of: None,
            },
        ),
        told(
            of_account,
            Fact::HandoffProposed {
                handoff,
                person,
                node: node(),
                kind: "marketing-to-sales".to_owned(),
                sla: word(),
                signal,
            },
        ),
        told(of_account, Fact::OwnerWanted { handoff, round: 2, passed_over: vec![sam()] }),
        told(
            of_account,
            Fact::OwnerAssigned {
                handoff,
                owner: Owner::Queue(QueueName("dach".to_owned())),
                routing: routing.into(),
                by: by(),
            },
        ),
        told(
            of_account,
            Fact::HandoffMoved {
                handoff,
                state: State::Recycled,
                reasons: reasons(),
                by: by(),
                returns: Some(at(9)),
                chain: None,
            },
        ),
        told(
            of_account,
            Fact::ClockStarted {
                handoff,
                target: Target::FirstTouch,
                from: at(1),
                warn: Some(at(2)),
                due: at(3),
                generation: 1,
                chain: None,
            },
        ),
        told(of_account, Fact::ClockStopped { handoff, target: Target::Accept, met: true }),
        told(of_account, Fact::SlaWarned { handoff, target: Target::Qualify, generation: 1 }),
        told(of_account, Fact::SlaBreached { handoff, target: Target::Accept, generation: 1 }),
        told(
            of_account,
            Fact::Escalated {
                handoff,
                step: 2,
                told: Some(sam()),
                generation: 1,
                next: None,
                target: None,
            },
        ),
        told(of_account, Fact::Touched { handoff, by: by() }),
        told(
            of_account,
            Fact::OutcomeRecorded {
                handoff,
                outcome: State::Won,
                occurred: Some(at(1)),
                by: by(),
                note: note("signed"),
            },
        ),
        told(
            of_account,
            Fact::Debriefed {
                handoff,
                right: Some(false),
                complaints: 2,
                by: by(),
                note: note("wrong person"),
            },
        ),
        told(
            of_account,
            Fact::BriefWritten {
                handoff,
                claims: 2,
                unknown: 1,
                renderer: Some(1),
                says: Some(Box::new(claims())),
            },
        ),
        told(
            of_account,
            Fact::DeliveryQueued {
                delivery,
                handoff,
                step: 1,
                destination: "crm".to_owned(),
                undoes: Some(DeliveryId::from_bytes([9; 10])),
                body: note("{}"),
                undo: None,
                mac: Some(BodyMac([9; 16])),
                notice: None,
                not_before: None,
            },
        ),
        told(of_account, Fact::DeliveryAttempted { delivery, attempt: 1, bundle: None }),
        told(
            of_account,
            Fact::DeliveryMoved {
                delivery,
                state: DeliveryState::Queued,
                attempt: 1,
                code: Some(Code::DestinationBusy),
                again: Some(at(60)),
                status: Some(429),
            },
        ),
        told(
            Aggregate::Desk,
            Fact::TurnTaken {
                handoff,
                pool: word(),
                member: sam(),
                eligible: vec![sam()],
                instead_of: Some(sam()),
                weights: vec![1_500],
            },
        ),
        told(Aggregate::Desk, Fact::WorkEnded { handoff, member: sam() }),
        told(
            Aggregate::Desk,
            Fact::MemberPaused { member: sam(), until: Some(at(9)), by: By::Operator, code: None },
        ),
        told(Aggregate::Desk, Fact::MemberResumed { member: sam(), by: By::Operator }),
        told(
            Aggregate::Desk,
            Fact::CreditGiven {
                pool: "pool".to_owned(),
                member: sam(),
                leads: -100,
                code: Code::BadData,
                by: Some(By::Operator),
            },
        ),
        told(
            Aggregate::Registry,
            Fact::StrategyApplied {
                version: version(1),
                mode: Mode::Live,
                previous: Some(version(2)),
                rollback: true,
                by: By::Operator,
            },
        ),
        told(
            Aggregate::Governance,
            Fact::PersonErased {
                person,
                nodes: vec![node()],
                entries: vec![entry],
                by: By::Operator,
            },
        ),
        told(
            Aggregate::Governance,
            Fact::Unsealed {
                reader: By::Key(KeyId::from_bytes([10; 10])),
                purpose: ReadFor::Stated,
                nodes: 12,
                of: Some(ReadOf::Account(AccountId::from_bytes([4; 10]))),
                reason: note("an inquiry"),
            },
        ),
        told(
            of_account,
            Fact::Escalated {
                handoff,
                step: 1,
                told: Some(sam()),
                generation: 0,
                next: Some(at(60)),
                target: Some(Target::FirstTouch),
            },
        ),
        told(
            of_account,
            Fact::DeliveryQueued {
                delivery,
                handoff,
                step: 2,
                destination: "mail".to_owned(),
                undoes: None,
                body: note("{}"),
                undo: None,
                mac: Some(BodyMac([9; 16])),
                notice: Some(Box::new(Notice {
                    must: None,
                    occasion: Some(Occasion::Escalated),
                    target: Some(Target::FirstTouch),
                    told: Some(Addressee::Member(sam())),
                })),
                not_before: None,
            },
        ),
        told(
            Aggregate::Desk,
            Fact::LineJoined {
                handoff,
                account: AccountId::from_bytes([4; 10]),
                pool: "pool".to_owned(),
                priority: 1,
                since: at(60),
            },
        ),
        told(Aggregate::Desk, Fact::LineLeft { handoff, pool: "pool".to_owned() }),
        told(
            Aggregate::Governance,
            Fact::ImportRecorded {
                import: ImportId::from_bytes([7; 10]),
                source: SourceName::new("crm").unwrap(),
                map: "0123456789abcdef".to_owned(),
                files: 2,
                by: By::Operator,
                rows: Some(ImportedRows { read: 9, accepted: 6, duplicates: 2, quarantined: 1 }),
                names: note("crm.yaml\nleads.csv\ndeals.csv"),
            },
        ),
        told(
            Aggregate::Governance,
            Fact::SignalsWitnessed {
                first: ImportId::from_bytes([7; 10]),
                import: import(),
                signals: vec![signal, SignalId::from_bytes([11; 10])],
            },
        ),
        told(
            Aggregate::Governance,
            Fact::ImportUndone {
                import: ImportId::from_bytes([7; 10]),
                consents: true,
                by: By::Operator,
                counts: Some(UndoneImport {
                    signals: 9,
                    fields: 8,
                    scores: 7,
                    withdrawn: 6,
                    kept: 5,
                    erased: 4,
                    outcomes: 3,
                    left: LeftAlone { handoff_taken: 2, split_by_hand: 1, unreadable: 0 },
                }),
            },
        ),
        told(
            of_node,
            Fact::SignalsTakenBack {
                import: ImportId::from_bytes([7; 10]),
                node: NodeId::from_bytes([2; 10]),
                signals: vec![signal],
                person: Some(PersonId::from_bytes([3; 10])),
                left: Some(AccountId::from_bytes([4; 10])),
                consents: false,
                nobody: PersonId::from_bytes([5; 10]),
            },
        ),
        told(
            Aggregate::Governance,
            Fact::UserGranted {
                user: UserId::from_bytes([11; 10]),
                role: Role::Manager,
                member: Some(MemberId("sam".into())),
                by: By::User(UserId::from_bytes([12; 10])),
            },
        ),
        told(
            Aggregate::Governance,
            Fact::UserRevoked { user: UserId::from_bytes([11; 10]), by: By::Operator },
        ),
        told(
            of_account,
            Fact::UndoOffered {
                handoff,
                until: at(9),
                waited: Some(at(1)),
                mark: Some(sam()),
                marked: Some(at(2)),
            },
        ),
        told(
            Aggregate::Desk,
            Fact::HandoffSnoozed {
                handoff,
                account: AccountId::from_bytes([4; 10]),
                member: sam(),
                until: Some(at(9)),
                by: by(),
            },
        ),
        told(
            of_account,
            Fact::DeedUndone {
                handoff,
                state: State::Offered,
                owner: Owner::Person(sam()),
                by: by(),
            },
        ),
        told(
            Aggregate::Desk,
            Fact::TurnUndone { handoff, member: sam(), instead_of: Some(sam()), taken: at(1) },
        ),
        told(
            of_account,
            Fact::ClaimJudged {
                handoff,
                brief: 1,
                claim: Some(2),
                feedback: Feedback::Wrong,
                code: Some(ClaimCode::PersonField),
                source: Some(SourceName::new("web").unwrap()),
                by: by(),
                note: note("another number"),
            },
        ),
    ]
}

fn told(aggregate: Aggregate, fact: Fact) -> Entry {
    let header = Header {
        schema: SCHEMA,
        aggregate,
        moment: at(0),
        actor: Actor::Person,
        correlation: Some(signal()),
        strategy: Some(version(1)),
        engine: None,
    };
    Entry { header, facts: vec![fact] }
}

#[test]
fn the_page_for_strangers_knows_every_fact_and_code() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/JOURNAL.md");
    let page = fs::read_to_string(page).unwrap();
    for entry in entries() {
        let kind = entry.facts[0].kind();
        assert!(page.contains(&format!("| `{kind}` |")), "`{kind}` is not on the page");
    }
    for code in Code::ALL {
        let number = minicbor::to_vec(code).unwrap();
        let number: u16 = minicbor::decode(&number).unwrap();
        assert!(page.contains(&format!("{number} `{code}`")), "`{code}` is not on the page");
    }
    for (number, name) in USUAL_FIELDS.iter().enumerate() {
        assert!(page.contains(&format!("{number} `{name}`")), "`{name}` is not on the page");
    }
}
