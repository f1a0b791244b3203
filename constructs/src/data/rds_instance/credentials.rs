//! Names and password of a database that somebody keeps in Parameter Store.

use formwork_cfn::rds;
use formwork_synth::{Parameter, Scope, intrinsic};

use crate::SecureParameter;

/// Where the name of a database, its user and its password lie in Parameter Store, as `SecureString`s that exist before the deployment.
///
/// The template holds none of the three. CloudFormation reads the password itself, by a reference that it resolves on the way to RDS. It
/// does so for passwords only, and RDS shows the other two to everybody who may describe the server: they are parameters of the stack
/// that CloudFormation does not show, `…DatabaseName` and `…UserName` after the id of the server, whose description names the
/// `SecureString`. `deploy` reads them from there at the first deployment, and leaves them as they are at every later one; other tools have
/// to give them.
/// A container gets all three by [`SecureParameter::value`].
///
/// A name that is no secret needs none of this: `.database("tasks").user("django")`.
///
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html>.
#[derive(Clone, Debug)]
pub struct SecureCredentials {
    /// The name of the database.
    pub database: SecureParameter,
    /// The name of the user that may do everything.
    pub user: SecureParameter,
    /// The password of the user.
    pub password: SecureParameter,
}

/// What RDS takes as the name of a database or user.
const NAME: &str = "[A-Za-z][A-Za-z0-9_]{0,62}";

impl SecureCredentials {
    pub(super) fn apply(&self, scope: &mut Scope<'_>, instance: rds::DbInstance) -> rds::DbInstance {
        let hidden = |of: &SecureParameter| {
            let description = format!("The value of the SecureString {} in Parameter Store", of.name());
            Parameter::secure_string(of.name().to_owned()).allowed_pattern(NAME).description(description)
        };
        let database = scope.parameter("DatabaseName", hidden(&self.database));
        let user = scope.parameter("UserName", hidden(&self.user));
        instance
            .db_name(database)
            .master_username(user)
            .master_user_password(intrinsic::ssm_secure(self.password.name()))
    }
}
