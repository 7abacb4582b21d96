//! `sources.yaml`, and what rules may ask of claims.

use rules::name::ClaimName;
use rules::routing::{Link, Target};

use crate::folder::{Folder, folder};

const ROUTES: &str = "routes:\n  \
    - { route: owner, to: { person: account.owner } }\n  \
    - { route: all, to: { queue: rest } }\nqueues:\n  rest: { owner: a.keller, within: 2h }\n";

fn with(sources: &str) -> Folder {
    folder().with("routing.yaml", ROUTES).with("sources.yaml", sources)
}

fn account(path: &str) -> ClaimName {
    ClaimName::Account(path.into())
}

#[test]
fn found_c8_a_source_sets_what_it_is_listed_with_or_what_such_a_source_may() {
    let listed = "crm: { may_set: [person.*, account.*] }\n\
                  forms: { may_set: [account.employees, account.crm.*] }\n";
    let strategy = with(listed).strategy();
    let title = ClaimName::Person("title".into());
    for (source, vouched, field, may) in [
        ("crm", true, account("stage"), true),
        ("crm", false, account("owner"), true),
        ("forms", false, account("employees"), true),
        ("forms", true, account("industry"), false),
        ("forms", false, account("crm.score"), true),
        ("forms", false, account("crmx"), false),
        ("forms", true, title.clone(), false),
        ("list", true, account("stage"), true),
        ("list", true, account("owner"), false),
        ("site", false, account("stage"), false),
        ("site", false, account("owner"), false),
        ("site", false, account("employees"), true),
        ("site", false, account("tags"), false),
        ("site", false, title, true),
    ] {
        let may_set = strategy.sources.may_set(source, vouched, &field);
        assert_eq!(may_set, may, "{source} {vouched} {field}");
    }
    // Until somebody is listed for the owner, whoever vouches may name them. A file that leaves it so is
    // told of it.
    for (sources, told) in [("", false), ("forms: { may_set: [person.*] }\n", true)] {
        let read = || match sources {
            "" => folder().with("routing.yaml", ROUTES),
            sources => with(sources),
        };
        let found = read().told();
        assert_eq!(found.iter().any(|one| one.contains("owner-unsourced")), told, "{found:?}");
        assert!(read().strategy().sources.may_set("list", true, &account("owner")));
        assert!(!read().strategy().sources.may_set("site", false, &account("owner")));
    }
}

#[test]
fn found_c8_what_no_source_can_set_is_refused_where_it_stands() {
    for (sources, code) in [
        ("crm: { may_set: [stage] }\n", "field-unsettable"),
        ("crm: { may_set: [lead.campaign] }\n", "field-unsettable"),
        ("crm: { may_set: [consent.email] }\n", "field-unsettable"),
        ("crm: { may_set: [account.st*] }\n", "field-unsettable"),
        ("crm: { may_set: ['account.'] }\n", "field-unsettable"),
        ("crm: { may_set: [account.worked_by] }\n", "field-unsettable"),
        ("crm: { may_set: [person.free_mail] }\n", "field-unsettable"),
        ("crm: { may_seet: [account.stage] }\n", "unknown-key"),
        ("crm: {}\n", "missing-key"),
        ("Our CRM: { may_set: [account.stage] }\n", "name-unusable"),
        ("- crm\n", "yaml-type"),
    ] {
        let told = with(sources).told();
        assert!(told.iter().any(|told| told.contains(code)), "{sources}: {told:?}");
        assert!(told.iter().any(|told| told.contains("sources.yaml:1")), "{sources}: {told:?}");
    }
}

#[test]
fn found_c8_a_route_says_how_well_the_person_must_be_known_to_belong() {
    for (target, link) in [
        ("person: account.owner", Some(Link::Verified)),
        ("person: account.owner, by: account.domain", Some(Link::Verified)),
        ("person: account.owner, by: claimed(account.domain)", Some(Link::Claimed)),
        ("person: account.worked_by", Some(Link::Verified)),
        ("person: account.worked_by, by: claimed(account.domain)", Some(Link::Claimed)),
        ("person: person.rep", Some(Link::Unasked)),
        ("person: account.owner, by: account.name", None),
        ("person: account.owner, by: claimed(account.name)", None),
        ("queue: rest, by: account.domain", None),
    ] {
        let routes = ROUTES.replace("person: account.owner", target);
        let read = folder().with("routing.yaml", routes);
        let Some(link) = link else {
            let told = read.told();
            let refused =
                |told: &String| told.contains("route-target") || told.contains("unknown-key");
            assert!(told.iter().any(refused), "{target}: {told:?}");
            continue;
        };
        let strategy = read.strategy();
        let Target::Person { link: found, .. } = &strategy.routing.routes[0].to else {
            panic!("{target}")
        };
        assert_eq!(*found, link, "{target}");
    }
}

#[test]
fn found_c8_only_a_field_can_be_asked_for_as_a_claim() {
    for (condition, sound) in [
        ("claimed(account.stage) == \"customer\"", true),
        ("has(claimed(account.employees)) && claimed(account.employees) >= 5", true),
        ("claimed(person.title).contains(\"x\")", true),
        ("claimed(account.worked_by) == \"x\"", false),
        ("claimed(lead.kind) == \"x\"", false),
        ("claimed(5) == 5", false),
        ("claimed(account.stage, 1) == \"x\"", false),
        ("claimed(account.stage) == \"customer\" && account.stage > 5", false),
    ] {
        let compiled = folder().when(condition).compile();
        assert_eq!(compiled.strategy.is_some(), sound, "{condition}");
    }
}

#[test]
fn found_c5_a_map_that_fills_a_built_in_name_is_told() {
    use domain::usual_fields::BUILT_IN;
    use rules::name::{Name, Root};

    let of_sources = |name: &Name| match name.root() {
        Root::Person | Root::Account => Some(name.to_string()),
        Root::Lead => Some(name.path().to_owned()),
        Root::Score | Root::Consent | Root::Handoff | Root::Owner | Root::Member | Root::Signal => {
            None
        }
    };
    let mut known: Vec<String> = Name::built_in().iter().filter_map(of_sources).collect();
    let mut listed = BUILT_IN.map(str::to_owned).to_vec();
    known.sort();
    listed.sort();
    assert_eq!(known, listed, "the list is that of the names");
    let map = |field: &str| {
        format!(
            "source: crm\nfiles:\n  '*.csv':\n    kind: lead.created\n    id: Id\n    subject: {{ \
             external_id: Id }}\n    fields:\n      {field}: {{ column: X }}\n"
        )
    };
    for (field, told) in BUILT_IN.map(|name| (name, true)).into_iter().chain([
        ("lead_source", false),
        ("person.title", false),
        ("account.kind", false),
    ]) {
        let found = folder().with("maps/crm.yaml", map(field)).told();
        let told_at = found.iter().any(|one| one.starts_with("field-shadowed maps/crm.yaml:8:"));
        assert_eq!(told_at, told, "{field}: {found:?}");
    }
}
