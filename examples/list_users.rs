//! Devices and users: streamed, filtered, counted, and the members of a group.
//!
//! `cargo run --example list_users` reads the demo organisation; with `JUMPCLOUD_API_KEY` yours.

mod connect;

use futures::TryStreamExt as _;
use jumpcloud_client::Family;
use jumpcloud_client::resources::{System, SystemUser, UserGroup, UserGroupMembership};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _fake) = connect::connect().await?;
    client.validate().await?;

    // One by one, as they arrive; memory holds a few pages however long the list is.
    let mut users = client.list::<SystemUser>().items();
    while let Some(user) = users.try_next().await? {
        let user = user.value;
        if user.mfa.then(|mfa| &mfa.configured).is_false() && !user.suspended.is_true() {
            println!("{} has no second factor", user.username.text().unwrap_or("(no name)"));
        }
    }
    println!("{} users in all", users.tally().records);

    // At once, with the proof that the list is whole.
    let devices = client.list::<System>().collect().await?;
    if !devices.state().is_complete() {
        eprintln!("do not take a missing device for an absent one: {:?}", devices.state());
    }
    let of_family = |family: &str| {
        devices.values().filter(|device| device.os_family.text() == Some(family)).count()
    };
    println!("{} devices, {} of them Macs", devices.records.len(), of_family("darwin"));

    // What hangs on another record.
    let groups = client.list::<UserGroup>().collect().await?;
    for group in groups.values().take(3) {
        if let Some(id) = group.id.value() {
            let members = client.list_of::<UserGroupMembership>(id).collect().await?;
            let name = group.name.text().unwrap_or("(no name)");
            println!("{name}: {} members", members.records.len());
        }
    }

    // A filter that the service applies, by the way out for what is not modelled.
    let query = [("filter", "suspended:$eq:true"), ("fields", "username"), ("limit", "100")];
    let page = client.raw(Family::V1).get("/systemusers", &query).await?;
    let page: serde_json::Value = page.json()?;
    println!("{} suspended", page["totalCount"]);
    Ok(())
}
