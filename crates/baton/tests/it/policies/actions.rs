//! Which actions a row of the matrix names.

use baton::auth::action::Action;
use baton::auth::action::Action as A;

/// Where signals are sent.
const SENDS: [&str; 15] = [
    "/v1/a",
    "/v1/alias",
    "/v1/b",
    "/v1/batch",
    "/v1/g",
    "/v1/group",
    "/v1/i",
    "/v1/identify",
    "/v1/p",
    "/v1/page",
    "/v1/s",
    "/v1/screen",
    "/v1/signals",
    "/v1/t",
    "/v1/track",
];

/// The actions that a row's answer depends on; none where everybody, or nobody who has no signature, may.
pub(super) fn actions_of(row: &str) -> Vec<Action> {
    let (method, path) = row.split_once(' ').unwrap();
    let action = match (method, path) {
        ("get", "/" | "/healthz" | "/metrics" | "/openapi.json" | "/readyz") => return Vec::new(),
        ("post", "/v1/hooks/{source}") => return Vec::new(),
        ("get", "/v1/signals/{id}") => A::ReadSignal,
        ("get", "/v1/accounts/{id}" | "/a/{id}") => A::ReadAccount,
        ("get", "/v1/accounts/{id}/why") => A::ReadAccountWhy,
        ("get", "/v1/audit" | "/audit") => A::ReadAudit,
        ("get", "/v1/counts/{name}" | "/v1/counts/{name}/handoffs") => A::ReadCounts,
        ("get", "/v1/desk" | "/desk") => A::ReadDesk,
        ("get", "/v1/destinations") => A::ReadDestinations,
        ("get", "/v1/drafts" | "/v1/drafts/{id}") => A::ReadDrafts,
        ("get", "/v1/events" | "/live" | "/live/events") => A::WatchEvents,
        ("get", "/v1/handoffs") => A::ListHandoffs,
        ("get", "/v1/handoffs/{id}" | "/h/{id}") => A::ReadHandoff,
        ("get", "/v1/handoffs/{id}/brief") => A::ReadBrief,
        ("get", "/v1/handoffs/{id}/why") => A::ReadWhy,
        ("get", "/v1/imports" | "/v1/imports/{id}" | "/v1/imports/{id}/dry-run") => A::ReadImports,
        ("get", "/v1/quarantine" | "/quarantine") => A::ReadQuarantine,
        ("get", "/v1/rehearsals" | "/v1/rehearsals/{id}") => A::ReadRehearsals,
        ("get", "/v1/sources") => A::ReadSources,
        ("get", "/v1/strategies" | "/strategy") => A::ReadStrategies,
        ("get", "/v1/strategies/{one}/diff/{other}") => A::CompareStrategies,
        ("post", "/v1/audit/verify" | "/audit/verify") => A::VerifyAudit,
        ("post", "/v1/desk/{member}/credit") => A::CreditMember,
        ("post", "/v1/desk/{member}/leave") => A::RecordLeave,
        ("post", "/v1/desk/{member}/pause") => A::PauseMember,
        ("post", "/v1/desk/{member}/resume") => A::ResumeMember,
        ("post", "/v1/destinations/{name}/test" | "/connections/{name}/test") => A::TestDestination,
        ("post", "/v1/drafts" | "/strategy/drafts" | "/strategy/drafts/{id}/save") => A::SaveDraft,
        ("post", "/v1/drafts/{id}/apply" | "/strategy/drafts/{id}/apply") => A::ApplyDraft,
        ("post", "/v1/drafts/{id}/check") => A::CheckDraft,
        ("post", "/v1/drafts/{id}/discard" | "/strategy/drafts/{id}/discard") => A::DiscardDraft,
        ("post", "/v1/erasures") => A::Erase,
        ("post", "/v1/handoffs/{id}/accept" | "/h/{id}/accept") => A::Accept,
        ("post", "/v1/handoffs/{id}/debrief" | "/h/{id}/debrief") => A::Debrief,
        ("post", "/v1/handoffs/{id}/outcome" | "/h/{id}/outcome") => A::RecordOutcome,
        ("post", "/v1/handoffs/{id}/reassign" | "/h/{id}/reassign") => A::Reassign,
        ("post", "/v1/handoffs/{id}/reject" | "/h/{id}/reject") => A::Reject,
        ("post", "/v1/handoffs/{id}/feedback" | "/h/{id}/feedback") => A::GiveFeedback,
        ("get", "/v1/feedback") => A::ReadFeedback,
        ("post", "/v1/handoffs/{id}/snooze") => A::Snooze,
        ("post", "/v1/handoffs/{id}/undo") => A::Undo,
        ("post", "/v1/identity/join") => A::JoinPeople,
        ("post", "/v1/identity/split") => A::SplitPerson,
        ("post", "/v1/identity/undo") => A::UndoIdentity,
        ("post", "/v1/imports") | ("put", "/v1/imports/{id}/parts/{n}") => A::UploadImport,
        ("post", "/v1/imports/{id}/discard" | "/imports/{id}/discard") => A::DiscardImport,
        ("post", "/v1/imports/{id}/start" | "/imports/{id}/start") => A::StartImport,
        ("post", "/v1/imports/{id}/stop" | "/imports/{id}/stop") => A::StopImport,
        ("post", "/v1/imports/{id}/undo" | "/imports/{id}/undo")
        | ("get", "/imports/{id}/undo") => A::UndoImport,
        ("post", "/v1/quarantine/{id}/discard") => A::DiscardHeld,
        ("post", "/v1/quarantine/{id}/release") => A::ReleaseHeld,
        ("post", "/v1/quarantine/{id}/repair") => A::RepairHeld,
        ("post", "/v1/rehearsals" | "/rehearsals") => A::StartRehearsal,
        ("post", "/v1/rehearsals/{id}/stop" | "/rehearsals/{id}/stop") => A::StopRehearsal,
        ("post", "/v1/search" | "/search") | ("get", "/search") => A::Search,
        ("post", "/v1/strategies/rollback") => A::RollBackStrategy,
        ("get", "/campaigns") => A::ReadCampaigns,
        ("get", "/connections") => A::ReadConnections,
        ("get", "/identity") => A::ReadIdentity,
        ("get", "/imports" | "/imports/{id}") => A::ReadImports,
        ("get", "/keys" | "/v1/keys") => A::ReadKeys,
        ("get", "/users" | "/v1/users") => A::ReadUsers,
        ("post", "/v1/users") => A::ChangeUser,
        ("post", "/v1/users/{id}/revoke" | "/v1/users/{id}/sign-out") => A::RevokeUser,
        ("post", "/v1/keys") => A::CreateKey,
        ("post", "/v1/keys/{id}/revoke") => A::RevokeKey,
        ("get", "/rehearsals" | "/rehearsals/{id}" | "/rehearsals/{id}/report") => {
            A::ReadRehearsals
        }
        ("get", "/team") => A::ReadTeam,
        ("get", "/strategy/drafts/{id}" | "/strategy/versions/{id}") => A::ReadDrafts,
        ("get", "/pulse" | "/pulse/csv" | "/pulse/handoffs" | "/pulse/handoffs/csv") => {
            A::ReadCounts
        }
        ("post", path) if !path.starts_with("/v1/") => return pages_form(path),
        ("post", path) if SENDS.contains(&path) => A::SendSignals,
        ("get", path) if !path.starts_with("/v1/") => return Vec::new(),
        (method, path) => panic!("say here which action `{method} {path}` asks for"),
    };
    vec![action]
}

/// Forms of pages whose answer about what is not there is the same for everybody, and those of everybody's own.
fn pages_form(path: &str) -> Vec<Action> {
    match path {
        "/strategy/rollback" | "/strategy/roll-back" => vec![A::RollBackStrategy],
        "/users" => vec![A::ChangeUser],
        _ => Vec::new(),
    }
}
