resource "random_password" "admin_key" {
  length  = 43
  special = false
}

locals {
  secret_values = {
    database_admin_url = "postgresql://${google_sql_user.admin.name}:${random_password.database_admin.result}@${local.database}"
    database_url       = "postgresql://dashbridge_service:${random_password.database_app.result}@${local.database}"
    admin_key          = "dbk_${random_password.admin_key.result}"
  }
}

resource "google_secret_manager_secret" "made" {
  for_each  = toset(["database_admin_url", "database_url", "admin_key"])
  secret_id = "${var.name}-${replace(each.value, "_", "-")}"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  depends_on = [google_project_service.needed]
}

resource "google_secret_manager_secret_version" "made" {
  for_each    = google_secret_manager_secret.made
  secret      = each.value.id
  secret_data = local.secret_values[each.key]
}
