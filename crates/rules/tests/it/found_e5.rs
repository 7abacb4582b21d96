//! What members leave behind who leave is told when the folder is checked: accounts, territories and pools
//! that have nobody then, and successors who cannot take over.

use crate::folder::{Folder, folder};

const HEAD: &str = "id,name,region,skill.energy,calendar,successor,left\n";
const KELLER: &str = "a.keller,Anna Keller,dach,3,berlin,,\n";

fn team(rows: &str) -> Folder {
    folder().with("team.csv", format!("{HEAD}{KELLER}{rows}"))
}

/// The codes of what is told.
fn codes(folder: Folder) -> Vec<String> {
    let code = |told: String| told.split(' ').next().map(str::to_owned).expect("a code");
    folder.told().into_iter().map(code).collect()
}

#[test]
fn found_e5_an_account_of_somebody_who_leaves_is_told() {
    let named = "routes:\n  - { route: named, to: { list: named_accounts.csv, by: account.domain } }\n  \
                 - { route: all, to: { queue: unassigned } }\nqueues:\n  \
                 unassigned: { owner: a.keller, within: 2h }\n";
    let told = |row: &str, accounts: &str| {
        let folder = team(row).with("routing.yaml", named);
        codes(folder.with("named_accounts.csv", format!("domain,owner,from,until\n{accounts}")))
    };
    let nobody: [&str; 0] = [];
    let leaves = "j.brandt,Jonas Brandt,dach,,berlin,,2027-01-01\n";
    assert_eq!(told(leaves, "acme.com,j.brandt,,\n"), ["owner-leaves"]);
    // The row ends before, or it is somebody else's.
    assert_eq!(told(leaves, "acme.com,j.brandt,,2027-01-01\n"), nobody);
    assert_eq!(told(leaves, "acme.com,a.keller,,\n"), nobody);
    let taken_over = "j.brandt,Jonas Brandt,dach,,berlin,a.keller,2027-01-01\n";
    assert_eq!(told(taken_over, "acme.com,j.brandt,,\n"), nobody);
}

#[test]
fn found_e5_a_territory_of_somebody_who_leaves_is_told() {
    let routing = "routes:\n  - { route: place, to: { territory: territories.csv } }\n  \
                   - { route: all, to: { queue: unassigned } }\nqueues:\n  \
                   unassigned: { owner: a.keller, within: 2h }\n";
    let territories = "territory,parent,country,owner_or_pool\nnorth,,DE,j.brandt\n";
    let told = |row: &str| {
        let folder = team(row).with("routing.yaml", routing);
        codes(folder.with("territories.csv", territories))
    };
    let leaves = "j.brandt,Jonas Brandt,dach,,berlin,,2027-01-01\n";
    assert!(told(leaves).contains(&"owner-leaves".to_owned()));
    let stays = "j.brandt,Jonas Brandt,dach,,berlin,,\n";
    assert!(!told(stays).contains(&"owner-leaves".to_owned()));
}

#[test]
fn found_e5_a_pool_that_all_leave_is_told() {
    let routing = "routes:\n  - { route: p, when: 'account.x == \"a\"', to: { pool: p } }\n  \
                   - { route: all, to: { queue: unassigned } }\nqueues:\n  \
                   unassigned: { owner: a.keller, within: 2h }\npools:\n  \
                   p: { members: 'member.region == \"uk\"' }\n";
    let told = |rows: &str| codes(team(rows).with("routing.yaml", routing));
    let one = "j.moss,Joe,uk,,berlin,,2027-01-01\n";
    assert_eq!(told(one), ["pool-leaves"]);
    let drawn =
        team(&format!("{one}s.reed,Sue,uk,,berlin,,2026-12-01\n")).with("routing.yaml", routing);
    // From the last of the days on.
    assert!(drawn.drawn().contains("the pool `p` from 2027-01-01 on"));
    assert_eq!(told(&format!("{one}s.reed,Sue,uk,,berlin,,\n")), [""; 0]);
}

#[test]
fn found_e5_a_successor_is_somebody_else_who_is_there_then() {
    let told = |rows: &str| codes(team(rows));
    assert_eq!(told("j.moss,Joe,uk,,berlin,nobody,\n"), ["member-unknown"]);
    assert_eq!(told("j.moss,Joe,uk,,berlin,j.moss,\n"), ["successor-gone"]);
    let first = "j.moss,Joe,uk,,berlin,s.reed,2027-01-01\n";
    assert_eq!(told(&format!("{first}s.reed,Sue,uk,,berlin,,2026-12-01\n")), ["successor-gone"]);
    assert_eq!(told(&format!("{first}s.reed,Sue,uk,,berlin,a.keller,2026-12-01\n")), [""; 0]);
    assert_eq!(told(&format!("{first}s.reed,Sue,uk,,berlin,,2027-06-01\n")), [""; 0]);
}
