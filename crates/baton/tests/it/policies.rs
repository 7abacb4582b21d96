//! The policies that say who may what: what is asked beforehand is what Cedar says of whoever really asks, one
//! policy less changes its own cells of the matrix and no others, and a broken one stops the start.

mod actions;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use baton::auth::action::{Action, Resource};
use baton::auth::grants::{Answer, DataClass, Grants, Purpose, Relation};
use baton::auth::policies::checked::Policies;
use baton::auth::policies::questions::{Asked, AskedKind, Memberships, Owned, Questions};
use baton::auth::policies::shipped;
use baton::auth::policies::table::PolicyTable;
use baton::auth::scope::Scope;
use baton::config::policies::PolicyText;
use baton::faces::serving::{Signals, serve};
use baton::runtime::clock;
use baton::service::relation::{relation_to_member, relation_to_owner};
use domain::Role;
use domain::handoff::{MemberId, Owner, QueueName};
use rules::{Files, Strategy, compile};
use store::chance::Chance;

use crate::house::{STRATEGY, config};
use crate::matrix::{self, Table, World};
use actions::actions_of;

/// Questions about somebody who is made up.
const QUESTIONS: usize = 1_500;
/// Pages that leave names out for whoever sees figures alone.
const LISTS_OF_FIGURES: [&str; 2] = ["get /pulse/handoffs", "get /campaigns"];
/// Policies whose answer depends on whose something is.
const BY_RELATION: [&str; 10] = [
    "work-what-is-own",
    "work-what-reports-have",
    "work-what-is-nobodys",
    "mind-oneself",
    "mind-reports",
    "see-what-is-own",
    "see-what-reports-have",
    "see-what-the-team-has",
    "see-what-queues-have",
    "see-what-waits",
];
/// Rows about the handoff of the matrix, or its account: to whoever does not see it, it is not there.
const ABOUT_THE_HANDOFF: [&str; 7] = [
    "get /v1/handoffs/{id}",
    "get /v1/handoffs/{id}/brief",
    "get /v1/handoffs/{id}/why",
    "get /v1/accounts/{id}",
    "get /v1/accounts/{id}/why",
    "get /h/{id}",
    "get /a/{id}",
];
/// Policies whose loss no cell of the matrix shows: the answer depends on whose something is, on a member that the
/// address names, or on purposes that the brief of the tests does not have.
const SILENT: [&str; 9] = [
    "ledgers-of-others",
    "see-what-the-team-has",
    "see-what-queues-have",
    "see-what-waits",
    "people-for-marketing",
    "people-for-audit",
    "work-what-is-own",
    "work-what-reports-have",
    "work-what-is-nobodys",
];
const TEAMS: [&str; 3] = ["", "north", "south"];

/// The policies that are shipped, each by its id.
fn ids() -> Vec<String> {
    let texts = shipped::policies();
    let after = |text: &PolicyText| -> Vec<String> {
        let parts = text.text.split("@id(\"").skip(1);
        parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
    };
    texts.iter().flat_map(after).collect()
}

/// What is shipped, with one policy made into something else.
fn with(id: &str, make: impl Fn(&str) -> String) -> Vec<PolicyText> {
    let mark = format!("@id(\"{id}\")");
    let mut texts = shipped::policies();
    let text = texts.iter_mut().find(|text| text.text.contains(&mark)).unwrap();
    let start = text.text.find(&mark).unwrap();
    let end = start + text.text[start..].find(";\n").unwrap() + 2;
    let changed = make(&text.text[start..end]);
    text.text.replace_range(start..end, &changed);
    texts
}

fn without(id: &str) -> Vec<PolicyText> {
    with(id, |_| String::new())
}

/// Numbers that differ and are the same each time.
struct Draw(Chance);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        usize::from(u16::from_be_bytes(self.0.draw().unwrap())) % bound
    }

    fn one<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }
}

/// A team of six whose managers and teams are drawn.
fn strategy(draw: &mut Draw) -> Strategy {
    let mut csv = String::from("id,name,email,manager,region,weight,calendar,joined,left,team\n");
    for at in 0..6 {
        let manager = match draw.below(3) {
            0 => String::new(),
            _ if at == 0 => String::new(),
            _ => format!("m{}", draw.below(at)),
        };
        let team = draw.one(&TEAMS);
        let _ = writeln!(csv, "m{at},M{at},,{manager},all,1,always,2020-01-01,,{team}");
    }
    let files = STRATEGY.map(|(name, text)| {
        let text = match name {
            "team.csv" => csv.clone(),
            "routing.yaml" => text.replace("owner: ann", "owner: m0"),
            _ => text.to_owned(),
        };
        (name.to_owned(), text.into_bytes())
    });
    let compiled = compile(&Files(files.into_iter().collect()));
    let told: Vec<_> = compiled.diagnostics.list().iter().map(|one| one.message.clone()).collect();
    compiled.strategy.unwrap_or_else(|| panic!("{told:#?}"))
}

fn memberships(strategy: &Strategy) -> BTreeMap<String, Memberships> {
    let member = |member: &rules::team::Member| {
        let manager = member.manager.as_ref().map(|manager| manager.value.clone());
        let team = baton::service::teams::team_of(member);
        (member.id.to_string(), Memberships { manager, team, pools: Vec::new() })
    };
    strategy.team.members.iter().map(member).collect()
}

#[test]
fn what_was_asked_beforehand_is_what_cedar_says_of_real_owners() {
    let mut draw = Draw(Chance::seeded(26));
    let texts = shipped::policies();
    let table = PolicyTable::of(&texts).unwrap();
    let policies = Policies::read(&texts).unwrap();
    let (mut permitted, mut relations) = (0, BTreeSet::new());
    for _ in 0..15 {
        let strategy = strategy(&mut draw);
        let team = memberships(&strategy);
        let ids: Vec<String> = team.keys().cloned().collect();
        let questions = Questions::new(&policies, team.iter().map(|(id, of)| (id.as_str(), of)));
        for _ in 0..QUESTIONS / 15 {
            let member = (draw.below(5) > 0).then(|| draw.one(&ids).clone());
            let (kind, grants) = if draw.below(2) == 0 {
                let role = *draw.one(Role::ALL);
                (AskedKind::User(role), table.role(role))
            } else {
                let several: Vec<Scope> =
                    (0..=draw.below(2)).map(|_| *draw.one(&Scope::ALL)).collect();
                let grants = table.scopes(&several);
                (AskedKind::Key(several), grants)
            };
            let of_member = |id: &String| team[id].team.clone();
            let asked = Asked { kind, team: member.as_ref().and_then(of_member), member };
            let owner = (draw.below(4) > 0).then(|| draw.one(&ids).clone());
            let action = *draw.one(Action::ALL);
            let (answer, looked_up) = match action.resource() {
                Resource::House if action == Action::Disclose => {
                    let (class, purpose) = (*draw.one(&DataClass::ALL), *draw.one(&Purpose::ALL));
                    let answer = questions.disclose(&asked, class, purpose).unwrap();
                    (answer, grants.are_told_for(class, purpose))
                }
                Resource::House => {
                    let answer = questions.ask(&asked, action, &Owned::default()).unwrap();
                    (answer, grants.may(action))
                }
                Resource::Handoff | Resource::Member => {
                    let is_member = action.resource() == Resource::Member;
                    let owner = owner.or_else(|| is_member.then(|| draw.one(&ids).clone()));
                    let relation = relation(&strategy, &asked, owner.as_deref(), is_member);
                    relations.insert(format!("{relation:?}"));
                    let owned = Owned { owner, pool: None };
                    let answer = questions.ask(&asked, action, &owned).unwrap();
                    (answer, grants.may_to(action, relation))
                }
            };
            permitted += usize::from(looked_up);
            assert_eq!(answer == Answer::Permitted, looked_up, "{asked:?} {action:?}");
        }
    }
    assert!((QUESTIONS / 5..QUESTIONS * 4 / 5).contains(&permitted), "{permitted}");
    let all: BTreeSet<String> = ["Own", "Led", "Team", "Nobody", "Other"].map(str::to_owned).into();
    assert_eq!(relations, all);
}

fn relation(strategy: &Strategy, asked: &Asked, owner: Option<&str>, is_member: bool) -> Relation {
    let id = |id: &str| MemberId(id.into());
    match (asked.member.as_deref(), owner) {
        (Some(member), Some(owner)) if is_member => {
            relation_to_member(strategy, &id(member), &id(owner))
        }
        (Some(member), Some(owner)) => {
            relation_to_owner(strategy, &id(member), &Owner::Person(id(owner)))
        }
        // Who is nobody in the team leads nobody there.
        (None, Some(_)) => Relation::Other,
        (_, None) => {
            relation_to_owner(strategy, &id("m0"), &Owner::Queue(QueueName("all".to_owned())))
        }
    }
}

#[test]
fn every_action_is_granted_to_somebody_and_every_policy_grants_something() {
    let table = PolicyTable::of(&shipped::policies()).unwrap();
    let everybody = || {
        let roles = Role::ALL.iter().map(|role| table.role(*role));
        roles.chain(Scope::ALL.iter().map(|scope| table.scopes(&[*scope])))
    };
    for action in Action::ALL.iter().filter(|action| **action != Action::Disclose) {
        assert!(everybody().any(|grants| grants.may(*action)), "{action:?}");
    }
    let known: BTreeSet<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
    let schema = shipped::schema().text;
    for action in &known {
        assert!(schema.contains(&format!("\"{action}\"")), "{action}");
    }
    for id in ids() {
        assert_ne!(PolicyTable::of(&without(&id)).unwrap(), table, "{id} grants nothing");
    }
}

#[test]
fn a_policy_that_is_broken_stops_the_start_and_says_where() {
    let says = |id: &str, make: fn(&str) -> String| {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(folder.path().join("data"));
        config.policies = Some(with(id, make));
        let error = serve(config, Signals::Left).unwrap_err();
        format!("{error}: {}", std::error::Error::source(&error).unwrap())
    };
    let unread = says("audit", |policy| policy.replace("permit", "prmit"));
    assert!(unread.contains("`auditing.cedar`, line 4"), "{unread}");
    let unknown = says("audit", |policy| policy.replace("Role::\"auditor\"", "Role::\"auditr\""));
    assert!(unknown.contains("`auditing.cedar`") && unknown.contains("auditr"), "{unknown}");
    let nameless = says("audit", |policy| policy.replace("@id(\"audit\")", ""));
    assert!(nameless.contains("`auditing.cedar`") && nameless.contains("@id"), "{nameless}");
    let twice = says("audit", |policy| policy.replace("\"audit\")", "\"send\")"));
    assert!(twice.contains("`auditing.cedar`") && twice.contains("send"), "{twice}");
    // What a table cannot answer cannot be written either.
    let more = says("work-what-is-own", |policy| {
        policy.replace("resource has owner &&", "resource.state == \"offered\" &&")
    });
    assert!(more.contains("`working.cedar`, line") && more.contains("state"), "{more}");
}

#[test]
fn looking_up_asks_cedar_nothing() {
    let before = clock::tick();
    let table = PolicyTable::of(&shipped::policies()).unwrap();
    let asked = clock::tick();
    let mut granted = 0_usize;
    for (is_page, column) in columns() {
        let grants = grants(&table, column, is_page);
        for _ in 0..100 {
            for (action, relation) in all_questions() {
                granted += usize::from(grants.may_to(action, relation));
            }
        }
    }
    let looked_up = clock::tick();
    let questions = columns().count() * all_questions().count() * 100;
    println!(
        "asked beforehand in {:?}, {questions} look-ups in {:?}, {granted} granted",
        asked.duration_since(before),
        looked_up.duration_since(asked)
    );
    assert!(granted > 0 && granted < questions);
}

/// Which actions are meant.
type Chosen<'c> = &'c dyn Fn(&Action) -> bool;

/// What somebody of a column may.
fn grants(table: &PolicyTable, column: &str, is_page: bool) -> Grants {
    match (Role::named(column), Scope::named(column)) {
        (Some(role), _) if is_page => table.role(role),
        (_, Some(scope)) if !is_page => table.scopes(&[scope]),
        _ => Grants::none(),
    }
}

/// How the handoff of the matrix, which is Ann's, stands to somebody of a column.
fn relation_of_column(column: &str) -> Relation {
    match column {
        "work" | "rep" => Relation::Own,
        "manager" => Relation::Led,
        _ => Relation::Other,
    }
}

/// The cells in which two tables differ.
fn changed(before: &Table, after: &Table) -> BTreeSet<(String, &'static str)> {
    let mut cells = BTreeSet::new();
    for (row, known) in &before.rows {
        for ((column, one), other) in before.columns.iter().zip(known).zip(&after.rows[row]) {
            if one != other {
                cells.insert((row.clone(), *column));
            }
        }
    }
    cells
}

/// The cells of a table that name an action which is no longer granted, and say something else where it is.
fn lost(
    cells: &Table,
    (before, after): (&PolicyTable, &PolicyTable),
    is_page: bool,
) -> BTreeSet<(String, &'static str)> {
    let refusal = if is_page { "404" } else { "403" };
    let mut found = BTreeSet::new();
    for (row, known) in &cells.rows {
        for (column, cell) in cells.columns.iter().zip(known) {
            let [one, other] = [before, after].map(|table| grants(table, column, is_page));
            let loses = |action: &Action| one.may(*action) && !other.may(*action);
            // Whoever is no member is sent elsewhere before anything is asked.
            let is_of_member = ["rep", "manager"].contains(column)
                && match row.as_str() {
                    "get /inbox" => loses(&Action::ListHandoffs),
                    "post /me/availability" => {
                        let may =
                            |grants: &Grants| grants.may_to(Action::PauseMember, Relation::Own);
                        may(&one) && !may(&other)
                    }
                    _ => false,
                };
            let is_lost = is_of_member || actions_of(row).iter().any(loses);
            let classes: &[DataClass] = if LISTS_OF_FIGURES.contains(&row.as_str()) {
                &DataClass::ALL
            } else {
                &[DataClass::Personal]
            };
            let told_less = cell.ends_with('+')
                && classes.iter().any(|class| one.are_told(*class) && !other.are_told(*class));
            let relation = relation_of_column(column);
            let is_hidden = one.may_to(Action::SeeHandoff, relation)
                && !other.may_to(Action::SeeHandoff, relation)
                && (cell.ends_with('+')
                    || (ABOUT_THE_HANDOFF.contains(&row.as_str()) && cell.starts_with("200")));
            // How one fares oneself is seen with what one has.
            let is_own_ledger = row == "get /ledger"
                && cell == "200"
                && one.may_to(Action::SeeHandoff, Relation::Own)
                && !other.may_to(Action::SeeHandoff, Relation::Own);
            if (is_lost && cell != refusal) || told_less || is_hidden || is_own_ledger {
                found.insert((row.clone(), *column));
            }
        }
    }
    found
}

#[test]
fn one_policy_less_changes_its_own_cells_and_no_others() {
    let mut world = World::open();
    let routes = matrix::routes(&world);
    let pages = matrix::pages(&world);
    let table = PolicyTable::of(&shipped::policies()).unwrap();
    let mut silent = Vec::new();
    for id in ids() {
        let texts = without(&id);
        let less = PolicyTable::of(&texts).unwrap();
        world = world.under(texts);
        let tables = [(&routes, matrix::routes(&world)), (&pages, matrix::pages(&world))];
        let mut count = 0;
        for (is_page, (before, after)) in [false, true].into_iter().zip(&tables) {
            let expected = lost(before, (&table, &less), is_page);
            assert_eq!(changed(before, after), expected, "without {id}");
            count += expected.len();
        }
        if count == 0 {
            silent.push(id);
        }
    }
    assert_eq!(silent, SILENT);
}

#[test]
fn one_policy_less_takes_its_own_relation_away_and_no_other() {
    let table = PolicyTable::of(&shipped::policies()).unwrap();
    let seeing = |action: &Action| *action == Action::SeeHandoff;
    let working = |action: &Action| action.resource() == Resource::Handoff && !seeing(action);
    let leading = |action: &Action| action.resource() == Resource::Member;
    let minding = |action: &Action| {
        leading(action) && ![Action::RecordDeparture, Action::CreditMember].contains(action)
    };
    let (all, leads): (&[&str], &[&str]) = (&["work", "rep", "manager"], &["work", "manager"]);
    let losses: [(&[Relation], Chosen<'_>, &[&str]); 10] = [
        (&[Relation::Own], &working, all),
        (&[Relation::Led], &working, all),
        (&[Relation::Line, Relation::Nobody], &working, all),
        (&[Relation::Own], &minding, all),
        (&[Relation::Led], &leading, all),
        (&[Relation::Own], &seeing, all),
        (&[Relation::Led], &seeing, leads),
        (&[Relation::Team], &seeing, &["manager"]),
        (&[Relation::Nobody], &seeing, all),
        (&[Relation::Line], &seeing, &["manager"]),
    ];
    for (id, (relations, actions, whose)) in BY_RELATION.into_iter().zip(losses) {
        let less = PolicyTable::of(&without(id)).unwrap();
        let mut lost = 0;
        for (is_page, column) in columns() {
            let [one, other] = [&table, &less].map(|table| grants(table, column, is_page));
            for (action, relation) in all_questions() {
                let is_lost = one.may_to(action, relation) && !other.may_to(action, relation);
                let is_its_own =
                    whose.contains(&column) && relations.contains(&relation) && actions(&action);
                assert_eq!(is_lost, is_its_own, "without {id}: {column} {action:?} {relation:?}");
                lost += usize::from(is_lost);
            }
        }
        assert!(lost > 0, "{id}");
    }
}

/// Every role, and every scope of a key, with whether it is a role.
fn columns() -> impl Iterator<Item = (bool, &'static str)> {
    let roles = Role::ALL.iter().map(|role| (true, role.as_str()));
    roles.chain(Scope::ALL.iter().map(|scope| (false, scope.as_str())))
}

fn all_questions() -> impl Iterator<Item = (Action, Relation)> {
    Action::ALL.iter().flat_map(|action| Relation::ALL.map(|relation| (*action, relation)))
}

#[test]
fn a_policy_that_forbids_wins_over_each_that_permits() {
    let texts = with("read-with-a-key", |policy| {
        format!(
            "{policy}{}",
            policy.replace("permit", "forbid").replace("a-key\")", "a-key-not\")")
        )
    });
    let table = PolicyTable::of(&texts).unwrap();
    // A key that is for two things is held to both: one of them must not read.
    let both = table.scopes(&[Scope::Admin, Scope::Audit]);
    assert!(table.scopes(&[Scope::Admin]).may(Action::ReadHandoff));
    assert!(!both.may(Action::ReadHandoff) && both.may(Action::VerifyAudit));
}

#[test]
fn without_the_policy_for_what_is_own_a_rep_takes_nothing_of_their_own() {
    let world = World::open();
    let handoff = world.handoff.clone();
    let owner = world.house.get(&format!("/v1/handoffs/{handoff}")).json()["owner"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let bearer = format!("Bearer key-of-{owner}");
    let path = format!("/v1/handoffs/{handoff}/debrief");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let body = br#"{"complaints": 0}"#;
    let world = world.under(without("work-what-is-own"));
    assert_eq!(world.house.post(&path, &headers, body).problem(403), "handoff-of-another");
    let world = world.under(shipped::policies());
    assert_ne!(world.house.post(&path, &headers, body).status, 403);
}
