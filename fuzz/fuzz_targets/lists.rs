//! Lists of every family and shape: whatever is answered, a list ends, and a complete one is true.
#![no_main]

use std::collections::BTreeSet;
use std::sync::Mutex;

use jumpcloud_client::resources::insights::App;
use jumpcloud_client::resources::{
    Application, AuthnPolicy, Organization, OrganizationDetail, Policy, SaasApplication, System,
    SystemUser, UserGroup, UserGroupMembers, UserGroupMembership,
};
use jumpcloud_client::transport::scripted::{Reply, Scripted};
use jumpcloud_client::{Client, Dataset, Error, Family, Id, Resource, SetAside};
use jumpcloud_fuzz::{answers, client, run};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fn check<R: Resource>(read: Result<Dataset<R>, Error>) {
    match read {
        Err(error) => assert!(!error.to_string().contains("jca_fuzz")),
        Ok(list) => {
            let ids: BTreeSet<_> = list.values().filter_map(R::key).collect();
            assert!(!R::KEYED || ids.len() == list.records.len(), "a record is there twice");
            let whole = list.set_aside.is_empty();
            assert!(whole || !list.state().is_complete(), "what is set aside is missing");
            let long = |row: &SetAside| row.raw.as_ref().map_or(0, |raw| raw.len());
            assert!(list.set_aside.iter().all(|row| long(row) <= SetAside::MAX_RAW));
            assert_eq!(list.coverage.unique, u64::try_from(list.records.len()).unwrap());
        }
    }
}

async fn list<R: Resource>(client: &Client) {
    check(client.list::<R>().page_size(3).collect().await);
}

async fn raw(client: &Client, family: Family, path: &str) {
    let list = client.raw(family).list::<Value>(path, &[]).page_size(3).collect().await;
    if let Ok(list) = list {
        assert!(list.set_aside.is_empty() || !list.state().is_complete());
        assert!(list.set_aside.iter().all(|row| row.raw.is_none()));
        assert_eq!(list.coverage.unique, u64::try_from(list.records.len()).unwrap());
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, bodies)) = answers(data) else { return };
    // The last answer is repeated, so that a list need not be short to end.
    let bodies = Mutex::new(bodies);
    let script = Scripted::answering(move |_| {
        let mut bodies = bodies.lock().unwrap();
        let body = if bodies.len() > 1 { bodies.remove(0) } else { bodies.concat() };
        Reply::typed(200, "application/json", body)
    });
    let client = client(&script);
    run(async {
        match choice % 14 {
            0 => list::<System>(&client).await,
            1 => list::<SystemUser>(&client).await,
            2 => list::<Application>(&client).await,
            3 => list::<Organization>(&client).await,
            4 => list::<UserGroup>(&client).await,
            5 => list::<Policy>(&client).await,
            6 => list::<AuthnPolicy>(&client).await,
            7 => list::<SaasApplication>(&client).await,
            8 => list::<App>(&client).await,
            9 => {
                let group: Id<UserGroup> = Id::new("5f0000000000000000000001").unwrap();
                check(client.list_of::<UserGroupMembership>(&group).page_size(3).collect().await);
            }
            10 => {
                let group: Id<UserGroup> = Id::new("5f0000000000000000000001").unwrap();
                check(client.list_of::<UserGroupMembers>(&group).page_size(3).collect().await);
            }
            11 => {
                let id: Id<Organization> = Id::new("5f0000000000000000000001").unwrap();
                drop(client.get_of::<OrganizationDetail>(&id).await);
            }
            12 => raw(&client, Family::V1, "/systems").await,
            _ => raw(&client, Family::V2, "/usergroups/5f0000000000000000000001/members").await,
        }
    });
});
