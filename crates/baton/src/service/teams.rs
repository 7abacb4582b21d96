//! Teams: those under one manager, or those with one word in the column `team` of `team.csv`.

use std::collections::BTreeMap;

use rules::Strategy;
use rules::team::Member;

/// The teams of a strategy, and what its members are called.
#[derive(Clone, Debug, Default)]
pub struct Teams {
    teams: BTreeMap<String, Vec<String>>,
    names: BTreeMap<String, String>,
}

impl Teams {
    /// The teams of the strategy in force.
    pub fn of(strategy: Option<&Strategy>) -> Self {
        let mut known = Self::default();
        let members = strategy.into_iter().flat_map(|strategy| &strategy.team.members);
        for member in members {
            let id = member.id.0.to_string();
            known.names.insert(id.clone(), member.name.clone());
            if let Some(team) = team_of(member) {
                known.teams.entry(team).or_default().push(id);
            }
        }
        known
    }

    /// All teams.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.teams.keys().map(String::as_str)
    }

    /// The members of a team; none where there is no such team.
    pub fn members(&self, team: &str) -> &[String] {
        self.teams.get(team).map_or(&[], Vec::as_slice)
    }

    /// The team of a member.
    pub fn team(&self, member: &str) -> Option<&str> {
        let theirs = |members: &Vec<String>| members.iter().any(|known| known == member);
        self.teams.iter().find(|(_, members)| theirs(members)).map(|(team, _)| team.as_str())
    }

    /// What a team is called: a manager's team by the manager's name.
    pub fn called(&self, team: &str) -> String {
        self.names.get(team).map_or_else(|| team.to_owned(), |name| format!("Team of {name}"))
    }

    /// What a member is called.
    pub fn member<'t>(&'t self, member: &'t str) -> &'t str {
        self.names.get(member).map_or(member, String::as_str)
    }
}

/// The team of a member: the word in the column `team`, else whoever they report to.
pub fn team_of(member: &Member) -> Option<String> {
    let column = member.fields.get("team").and_then(|value| value.text());
    let manager = || member.manager.as_ref().map(|manager| manager.value.clone());
    column.map(str::to_owned).or_else(manager)
}
