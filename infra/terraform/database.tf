resource "random_password" "database_admin" {
  length  = 40
  special = false
}

resource "random_password" "database_app" {
  length  = 40
  special = false
}

resource "google_sql_database_instance" "directory" {
  name                = var.name
  region              = var.region
  database_version    = "POSTGRES_17"
  deletion_protection = var.protect

  settings {
    edition                     = "ENTERPRISE"
    tier                        = var.database_tier
    availability_type           = var.database_highly_available ? "REGIONAL" : "ZONAL"
    disk_autoresize             = true
    deletion_protection_enabled = var.protect
    user_labels                 = local.labels

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.private.id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7
      backup_retention_settings {
        retained_backups = 14
      }
    }

    maintenance_window {
      day          = 7
      hour         = 3
      update_track = "stable"
    }

    insights_config {
      query_insights_enabled  = true
      record_application_tags = false
      record_client_address   = false
    }
  }

  depends_on = [google_service_networking_connection.database]
}

resource "google_sql_database" "directory" {
  name     = "dashbridge"
  instance = google_sql_database_instance.directory.name
}

resource "google_sql_user" "admin" {
  name     = "dashbridge_admin"
  instance = google_sql_database_instance.directory.name
  password = random_password.database_admin.result
}

locals {
  database = "${google_sql_database_instance.directory.private_ip_address}:5432/${google_sql_database.directory.name}?sslmode=require"
}
