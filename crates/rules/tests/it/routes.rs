//! Routes: which holds, which came near and why not, and that every lead ends with an owner.

use rules::Truth;
use rules::routing::{Otherwise, RouteMatch, Target};

use crate::folder::{Folder, folder, lead};

fn routes(routes: &[&str], rest: &str) -> Folder {
    let routes =
        routes.iter().map(|route| format!("  - {{ {route} }}\n")).collect::<Vec<_>>().concat();
    let queues = "queues:\n  unassigned: { owner: a.keller, within: 2h }\n";
    folder().with("routing.yaml", format!("routes:\n{routes}{rest}{queues}"))
}

const END: &str = "route: catch-all, to: { queue: unassigned }";
const POOLS: &str = "pools:\n  energy: { members: 'member.skill(\"energy\") >= 2', method: weighted }\n  \
                     all: { members: \"true\", all_away: ignore hours, caps: { day: 6, open: 18 } }\n";

#[test]
fn every_route_is_judged_with_the_first_reason() {
    let strategy = routes(
        &[
            "route: held, when: '\"do-not-route\" in account.tags', to: { hold: do-not-route }",
            "route: energy, when: 'account.industry == \"energy\" && account.country in dach', to: { pool: energy }",
            "route: big, when: 'account.country in dach && account.employees >= 500', to: { pool: all }",
            END,
        ],
        POOLS,
    )
    .strategy();
    let lead = lead().with("account.industry", "retail").with("account.country", "DE").tagged(&[]);
    let (frame, judged) = (lead.frame(&strategy), lead.judged(&strategy));
    let routing = &strategy.routing;
    let held = u16::MAX;
    assert_eq!(
        judged,
        [
            RouteMatch { truth: Truth::No, conjunct: 0 },
            RouteMatch { truth: Truth::No, conjunct: 0 },
            RouteMatch { truth: Truth::Unknown, conjunct: 1 },
            RouteMatch { truth: Truth::Yes, conjunct: held },
        ]
    );
    assert_eq!(routing.explain(1, judged[1], &lead), ["industry = retail"]);
    assert_eq!(routing.explain(2, judged[2], &lead), ["employees unknown"]);
    assert_eq!(routing.nearest(&frame, 3), Some(1));
    assert_eq!(
        routing.routes[2].when.as_ref().map(|when| when.conjunct(1)),
        Some("account.employees >= 500")
    );
    assert!(matches!(routing.routes[1].to, Target::Pool(0)));
    assert_eq!(routing.pools[1].all_away, Otherwise::IgnoreHours);
}

#[test]
fn a_pool_knows_its_members_before_any_lead_comes() {
    let strategy = routes(&[END], POOLS).strategy();
    let energy = &strategy.routing.pools[0];
    assert_eq!(energy.fixed, Some(vec![Truth::Yes, Truth::Unknown, Truth::No]));
    let places =
        |pool: usize| strategy.routing.pools[pool].places(&strategy.team).collect::<Vec<_>>();
    assert_eq!(places(0), [0]);
    assert_eq!(places(1), [0, 1, 2]);
    let pool = "pools:\n  near: { members: 'member.region == account.region' }\n";
    let strategy = routes(&[END], pool).strategy();
    let near = &strategy.routing.pools[0];
    assert_eq!(near.fixed, None);
    let lead = lead().with("account.region", "emea");
    let has = |place| near.has(&strategy.team, place, &lead);
    assert_eq!([has(0), has(1), has(2)], [Truth::No, Truth::No, Truth::Yes]);
}

#[track_caller]
fn told(folder: Folder, expected: &[&str]) {
    assert_eq!(folder.told(), expected);
}

#[test]
fn names_that_nothing_has_are_told() {
    told(
        routes(&["route: a, to: { pool: enrgy }", END], POOLS),
        &["pool-unknown routing.yaml:2:29"],
    );
    told(routes(&["route: a, to: { queue: x }", END], ""), &["queue-unknown routing.yaml:2:30"]);
    told(
        routes(&["route: a, to: { list: named_accounts.csv, by: account.domain }", END], ""),
        &["file-missing routing.yaml:2:29"],
    );
    told(
        routes(&["route: a, to: { pool: all, queue: unassigned }", END], POOLS),
        &["route-target routing.yaml:2:21"],
    );
    told(
        routes(&["route: a, to: { hold: x }", "route: a, to: { hold: z }"], ""),
        &["name-twice routing.yaml:3:14"],
    );
    let away = "pools:\n  a: { members: \"true\", all_away: pool b }\n";
    told(routes(&[END], away), &["pool-unknown routing.yaml:4:35"]);
    let method = "pools:\n  a: { members: \"true\", method: in trun }\n";
    told(routes(&[END], method), &["method-unknown routing.yaml:4:33"]);
    let owner = folder().with(
        "routing.yaml",
        "routes:\n  - { route: a, to: { queue: q } }\nqueues:\n  q: { owner: a.kelller, within: 2h }\n",
    );
    told(owner, &["member-unknown routing.yaml:4:15"]);
}

#[test]
fn a_pool_to_which_nobody_belongs_is_told() {
    let pool = "pools:\n  none: { members: 'member.region == \"apac\"' }\n";
    told(routes(&[END], pool), &["pool-empty routing.yaml:4:20"]);
    let circle = "pools:\n  a: { members: \"true\", all_away: pool b }\n  b: { members: \"true\", all_away: pool a }\n";
    told(routes(&[END], circle), &["pool-circle routing.yaml:4:3"]);
}

#[test]
fn routes_that_leave_a_lead_over_are_told_with_the_lead() {
    let folder = routes(
        &[
            "route: energy, when: 'account.industry == \"energy\"', to: { pool: energy }",
            "route: dach, when: account.country in dach, to: { pool: all }",
        ],
        POOLS,
    );
    assert_eq!(
        folder.drawn(),
        "error[route-gap]: some leads reach no owner, for example a lead from Iceland (IS)\n  ┌─ routing.yaml:3:26\n\
         3 │   - { route: dach, when: account.country in dach, to: { pool: all } }\n  \
         │                          ^^^^^^^^^^^^^^^^^^^^^^^ a lead can go past this\n  \
         = example: a lead with country IS, industry another\n  \
         = help: end the routes with a catch-all: `- { route: catch-all, to: { queue: NAME } }`\n"
    );
    told(routes(&["route: all, to: { pool: all }"], POOLS), &["route-gap routing.yaml:2:5"]);
    told(
        routes(&["route: a, when: account.x, to: { queue: unassigned }"], ""),
        &["route-gap routing.yaml:2:23"],
    );
}

#[test]
fn a_route_that_no_lead_comes_to_is_told() {
    told(
        routes(&[END, "route: late, to: { pool: all }"], POOLS),
        &["route-unreachable routing.yaml:3:5"],
    );
    told(
        routes(
            &[
                "route: a, when: account.x, to: { hold: x }",
                "route: b, when: account.x, to: { pool: all }",
                END,
            ],
            POOLS,
        ),
        &["route-unreachable routing.yaml:3:23"],
    );
}
