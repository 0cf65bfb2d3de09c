//! An endpoint that the crate does not model, read like those that it does.
//!
//! `cargo run --example own_endpoint` reads it from the fake; with `JUMPCLOUD_API_KEY` from yours.

mod connect;

use jumpcloud_client::{Endpoint, Family, Field, FieldSpec, FieldValue, Model, Resource, Schema};
use serde::{Deserialize, Serialize};

/// A template from which a custom e-mail is made: `GET /api/v2/customemail/templates`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
struct EmailTemplate {
    r#type: Field<String>,
    #[serde(rename = "displayName")]
    display_name: Field<String>,
}

impl Model for EmailTemplate {
    const SCHEMA: &'static Schema = &Schema {
        name: "EmailTemplate",
        fields: &[
            FieldSpec { keys: &["type"], kind: <String as FieldValue>::KIND },
            FieldSpec { keys: &["displayName"], kind: <String as FieldValue>::KIND },
        ],
    };
}

impl Resource for EmailTemplate {
    type Record = Self;
    // A path with a side effect or a secret in its answer does not compile here.
    const ENDPOINT: Endpoint =
        Endpoint::list("X-MAIL", Family::V2, "/customemail/templates").unpaged();

    fn key(record: &Self) -> Option<String> {
        record.r#type.text().map(str::to_owned)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, fake) = connect::connect().await?;
    if let Some(fake) = &fake {
        let rows = (1..=3).map(|n| {
            serde_json::json!({"type": format!("mail_{n}"), "displayName": format!("Mail {n}")})
        });
        fake.with_organization(|org| {
            org.put("/api/v2/customemail/templates", rows.collect());
        });
    }
    client.validate().await?;
    // The proof of completeness, retries, limits and refusals come with it.
    let templates = client.list::<EmailTemplate>().collect().await?;
    println!("{} templates, {:?}", templates.records.len(), templates.state());
    for template in templates.values() {
        println!("{}", template.display_name.text().unwrap_or("(no name)"));
    }
    Ok(())
}
