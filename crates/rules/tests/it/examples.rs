//! The strategies that come with the program compile, and do what their readers expect.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::handoff::Action;
use rules::routing::Target;
use rules::{Compiled, Files, Strategy, compile};

use crate::folder::{Lead, lead};

fn example(name: &str) -> Compiled {
    compile(&Files(files(name)))
}

/// The files of an example.
pub(crate) fn files(name: &str) -> BTreeMap<String, Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/strategies").join(name);
    let mut files = BTreeMap::new();
    gather(&root, &root, &mut files);
    files
}

fn gather(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    let entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the example is there")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    for path in entries {
        if path.is_dir() {
            gather(root, &path, files);
        } else {
            let name =
                path.strip_prefix(root).expect("inside").to_string_lossy().replace('\\', "/");
            files.insert(name, std::fs::read(&path).expect("it can be read"));
        }
    }
}

#[track_caller]
fn sound(name: &str) -> Strategy {
    let compiled = example(name);
    let drawn: String = compiled
        .diagnostics
        .list()
        .iter()
        // What nobody hears yet may stand in an example, and is told; not in the one that the README shows.
        .filter(|diagnostic| diagnostic.code != "unheard" || name == "acme")
        .map(|diagnostic| notation::draw(&compiled.sources, diagnostic))
        .collect();
    assert_eq!(drawn, "", "{name}");
    compiled.strategy.expect("it compiles")
}

/// The first route that holds, and the pool that it leads to.
fn routed(strategy: &Strategy, lead: &Lead) -> (String, Option<String>) {
    let judged = lead.judged(strategy);
    let at = judged.iter().position(|judged| judged.truth.holds()).expect("a catch-all");
    let route = &strategy.routing.routes[at];
    let pool = match &route.to {
        Target::Pool(pool) => Some(strategy.routing.pools[*pool].name.value.clone()),
        Target::Hold(_) | Target::Person { .. } | Target::List { .. } => None,
        Target::Territory { .. } | Target::Queue(_) => None,
    };
    (route.name.value.clone(), pool)
}

#[test]
fn acme_routes_energy_in_dach_to_those_who_know_it() {
    let acme = sound("acme");
    assert_eq!((acme.routing.routes.len(), acme.team.members.len()), (40, 50));
    let energy = lead().with("account.industry", "energy").with("account.country", "DE");
    let held = energy.clone().tagged(&["do-not-route"]);
    assert_eq!(routed(&acme, &held).0, "do not route");
    // A list by name asks everybody, so it holds of all; who is not on it goes on.
    let judged = energy.judged(&acme);
    let holds: Vec<&str> = (0..40)
        .filter(|at| judged[*at].truth.holds())
        .map(|at| acme.routing.routes[at].name.value.as_str())
        .collect();
    assert_eq!(holds, ["named account", "Energy DACH", "territory", "catch-all"]);
    let asks = energy.did("form.submitted", domain::Span::HOUR, &[]);
    let row = acme.readiness.decide(&asks.frame(&acme));
    assert_eq!((row.action, row.sla.as_deref()), (Action::HandOff, Some("hot")));
}

#[test]
fn olist_hands_every_lead_to_the_reps_of_its_origin() {
    let olist = sound("olist");
    for (origin, pool) in [
        (Some("organic_search"), "search"),
        (Some("paid_search"), "search"),
        (Some("social"), "social"),
        (Some("display"), "social"),
        (Some("direct_traffic"), "direct"),
        (Some("referral"), "direct"),
        (Some("email"), "direct"),
        (Some("other"), "other"),
        (Some("unknown"), "other"),
        (None, "other"),
    ] {
        let lead = lead().with("lead.landing_page", "88740e65d5d6b056e0cda098e1ea6313");
        let lead = origin.iter().fold(lead, |lead, origin| lead.with("lead.origin", *origin));
        let mut frame = lead.frame(&olist);
        let score = olist.scoring.score(&frame);
        frame.set_score(&score);
        let row = olist.readiness.decide(&frame);
        assert_eq!(row.action, Action::HandOff, "{origin:?}");
        let sla = if score.fit >= 2_000 { "hot" } else { "warm" };
        assert_eq!(row.sla.as_deref(), Some(sla), "{origin:?}");
        assert_eq!(routed(&olist, &lead).1.as_deref(), Some(pool), "{origin:?}");
    }
}

#[test]
fn maven_hands_machines_to_those_who_know_them() {
    let maven = sound("maven-crm");
    let lead = lead().with("lead.product", "GTX Pro").with("account.country", "United States");
    let pool = |lead: &Lead| routed(&maven, lead).1;
    assert_eq!(
        pool(&lead.clone().with("account.industry", "software")).as_deref(),
        Some("technology")
    );
    assert_eq!(
        pool(&lead.clone().with("account.industry", "finance")).as_deref(),
        Some("everybody")
    );
    assert_eq!(pool(&lead.clone().with("account.country", "Kenya")).as_deref(), Some("east"));
    assert_eq!(pool(&lead.with("lead.product", "GTK 500")).as_deref(), Some("gtk"));
}

#[test]
fn the_maps_beside_the_strategies_are_those_that_read_their_data() {
    for name in ["olist", "maven-crm"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
        let read = |path: PathBuf| std::fs::read_to_string(path).expect("it is there");
        let beside = read(root.join(format!("strategies/{name}/maps/{name}.yaml")));
        assert_eq!(beside, read(root.join(format!("maps/{name}.yaml"))), "{name}");
    }
}
