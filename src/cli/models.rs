//! `concierge models`: trained models into the shadow of a running server, into force, and back.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::api::v1;
use crate::api::v1::model_service_client::ModelServiceClient;
use crate::learn::embedding::artifact::{Artifact, ArtifactError};

use super::client::{CallError, ServerArgs};
use super::output;

/// Puts a trained model beside the one in force, into force, and takes it back.
#[derive(Debug, Args)]
pub(crate) struct ModelsArgs {
    #[command(subcommand)]
    command: ModelsCommand,
}

#[derive(Debug, Subcommand)]
enum ModelsCommand {
    /// Puts a model in the shadow: it foresees what guests do, and decides nothing.
    Shadow {
        /// Folder of the model, as `concierge train` wrote it.
        model: PathBuf,
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Puts the model in the shadow in force.
    Publish {
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Puts the vectors in force again that were before the model.
    RollBack {
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Tells which model is in force, which in the shadow, and how well each foresees.
    Status {
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// Why the command did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ModelsError {
    /// The model cannot be read.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// A call did not succeed.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl From<tonic::Status> for ModelsError {
    fn from(status: tonic::Status) -> Self {
        Self::Call(status.into())
    }
}

/// Runs the command.
pub(crate) async fn models(args: &ModelsArgs) -> Result<(), ModelsError> {
    match &args.command {
        ModelsCommand::Shadow { model, server } => {
            let request = request_of(&Artifact::read(model)?, brand(server));
            let mut client = ModelServiceClient::new(server.connect().await?);
            let answer = client.shadow_model(request).await?.into_inner();
            output::answer(facts("in the shadow", answer.shadow.as_ref()));
        }
        ModelsCommand::Publish { server } => {
            let mut client = ModelServiceClient::new(server.connect().await?);
            let request =
                v1::PublishModelRequest { parent: brand(server), request_id: String::new() };
            let version = client.publish_model(request).await?.into_inner().catalog_version;
            output::answer(format_args!("in force with catalog version {version}"));
        }
        ModelsCommand::RollBack { server } => {
            let mut client = ModelServiceClient::new(server.connect().await?);
            let request =
                v1::RollBackModelRequest { parent: brand(server), request_id: String::new() };
            let version = client.roll_back_model(request).await?.into_inner().catalog_version;
            output::answer(format_args!("taken back with catalog version {version}"));
        }
        ModelsCommand::Status { server } => {
            let mut client = ModelServiceClient::new(server.connect().await?);
            let request = v1::GetModelsRequest { parent: brand(server) };
            tell(&client.get_models(request).await?.into_inner());
        }
    }
    Ok(())
}

fn brand(server: &ServerArgs) -> String {
    format!("brands/{}", server.brand)
}

fn request_of(artifact: &Artifact, parent: String) -> v1::ShadowModelRequest {
    let rows = artifact.items.iter().zip(artifact.item_factors.rows());
    let offers = rows.map(|(offer, factors)| v1::OfferFactors {
        offer_id: offer.clone(),
        factors: factors.to_vec(),
    });
    v1::ShadowModelRequest {
        parent,
        display_name: artifact.name.clone(),
        version: artifact.version.clone(),
        offers: offers.collect(),
        request_id: String::new(),
    }
}

fn tell(answer: &v1::GetModelsResponse) {
    output::answer(format_args!("catalog version {}", answer.catalog_version));
    output::answer(facts("in force", answer.published.as_ref()));
    output::answer(facts("in the shadow", answer.shadow.as_ref()));
    if let Some(seen) = answer.foresight.as_ref().filter(|seen| seen.label_count > 0.0) {
        output::answer(format_args!(
            "mean loss over {:.0} labels: {:.5} by those in force, {:.5} in the shadow",
            seen.label_count, seen.published_loss, seen.shadow_loss
        ));
    }
}

fn facts(place: &str, model: Option<&v1::Model>) -> String {
    let Some(model) = model else { return format!("{place}: none") };
    format!(
        "{place}: {} {}, {} offers, {} of them known before and {:.0} % of their lengths away",
        model.display_name,
        model.version,
        model.offer_count,
        model.common_offer_count,
        model.relative_distance * 100.0
    )
}
