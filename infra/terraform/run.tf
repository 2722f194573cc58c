locals {
  common_env = {
    DASHBRIDGE_LOG_FORMAT   = "json"
    DASHBRIDGE_LOG_LEVEL    = var.log_level
    DASHBRIDGE_OBJECT_STORE = "gs://${google_storage_bucket.objects.name}"
    GOOGLE_CLOUD_PROJECT    = var.project
  }

  telemetry_env = var.otlp_endpoint == "" ? {} : {
    OTEL_EXPORTER_OTLP_ENDPOINT = var.otlp_endpoint
  }

  public_env = var.public_url == "" ? {} : {
    DASHBRIDGE_PUBLIC_URL = var.public_url
  }

  api_env = merge(local.common_env, local.telemetry_env, local.public_env, {
    DASHBRIDGE_BIGQUERY_USD_PER_TIB  = tostring(var.usd_per_tib)
    DASHBRIDGE_BUDGET_TEAM_DAY_BYTES = tostring(var.team_day_budget_bytes)
    DASHBRIDGE_KMS_KEY               = google_kms_crypto_key.connections.id
    DASHBRIDGE_MODEL                 = var.model
    DASHBRIDGE_QUERY_MEMORY_MB       = "512"
  })

  worker_env = merge(local.common_env, local.telemetry_env)

  model_secrets = var.model_key_secret == "" ? {} : {
    (startswith(var.model, "openai:") ? "OPENAI_API_KEY" : "ANTHROPIC_API_KEY") = var.model_key_secret
  }

  api_secrets = merge(local.model_secrets, {
    DASHBRIDGE_ADMIN_KEY    = google_secret_manager_secret.made["admin_key"].secret_id
    DASHBRIDGE_DATABASE_URL = google_secret_manager_secret.made["database_url"].secret_id
  })

  worker_secrets = {
    DASHBRIDGE_DATABASE_URL = google_secret_manager_secret.made["database_url"].secret_id
  }

  migrate_secrets = {
    DASHBRIDGE_ADMIN_KEY          = google_secret_manager_secret.made["admin_key"].secret_id
    DASHBRIDGE_DATABASE_ADMIN_URL = google_secret_manager_secret.made["database_admin_url"].secret_id
    DASHBRIDGE_DATABASE_URL       = google_secret_manager_secret.made["database_url"].secret_id
  }
}

resource "google_cloud_run_v2_service" "api" {
  name                = "${var.name}-api"
  location            = var.region
  ingress             = "INGRESS_TRAFFIC_ALL"
  deletion_protection = var.protect

  template {
    service_account                  = google_service_account.service["api"].email
    timeout                          = "3600s"
    max_instance_request_concurrency = var.api_concurrency
    session_affinity                 = true

    scaling {
      min_instance_count = var.api_min_instances
      max_instance_count = var.api_max_instances
    }

    vpc_access {
      egress = "PRIVATE_RANGES_ONLY"
      network_interfaces {
        network    = google_compute_network.private.id
        subnetwork = google_compute_subnetwork.services.id
      }
    }

    containers {
      image = var.image
      args  = ["serve"]

      ports {
        container_port = 8080
      }

      resources {
        limits = {
          cpu    = var.api_cpu
          memory = var.api_memory
        }
        cpu_idle          = false
        startup_cpu_boost = true
      }

      startup_probe {
        http_get {
          path = "/readyz"
        }
        period_seconds    = 3
        timeout_seconds   = 3
        failure_threshold = 20
      }

      liveness_probe {
        http_get {
          path = "/healthz"
        }
        period_seconds    = 15
        timeout_seconds   = 5
        failure_threshold = 4
      }

      dynamic "env" {
        for_each = local.api_env
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = local.api_secrets
        content {
          name = env.key
          value_source {
            secret_key_ref {
              secret  = env.value
              version = "latest"
            }
          }
        }
      }
    }
  }

  depends_on = [
    google_secret_manager_secret_version.made,
    google_secret_manager_secret_iam_member.reads,
    google_secret_manager_secret_iam_member.model_key,
    google_storage_bucket_iam_member.objects,
    google_kms_crypto_key_iam_member.seals,
  ]
}

resource "google_cloud_run_v2_service" "worker" {
  name                = "${var.name}-worker"
  location            = var.region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_ONLY"
  deletion_protection = var.protect

  template {
    service_account                  = google_service_account.service["worker"].email
    max_instance_request_concurrency = 1

    scaling {
      min_instance_count = 1
      max_instance_count = 1
    }

    vpc_access {
      egress = "PRIVATE_RANGES_ONLY"
      network_interfaces {
        network    = google_compute_network.private.id
        subnetwork = google_compute_subnetwork.services.id
      }
    }

    containers {
      image = var.image
      args  = ["worker", "--probes"]

      ports {
        container_port = 8080
      }

      resources {
        limits = {
          cpu    = "1"
          memory = "1Gi" # 180 MiB of its own; the rest for the lines of a day's ledger, rolled up in memory
        }
        cpu_idle = false
      }

      startup_probe {
        http_get {
          path = "/readyz"
        }
        period_seconds    = 3
        timeout_seconds   = 3
        failure_threshold = 20
      }

      liveness_probe {
        http_get {
          path = "/healthz"
        }
        period_seconds    = 15
        timeout_seconds   = 5
        failure_threshold = 4
      }

      dynamic "env" {
        for_each = local.worker_env
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = local.worker_secrets
        content {
          name = env.key
          value_source {
            secret_key_ref {
              secret  = env.value
              version = "latest"
            }
          }
        }
      }
    }
  }

  depends_on = [
    google_secret_manager_secret_version.made,
    google_secret_manager_secret_iam_member.reads,
    google_storage_bucket_iam_member.objects,
  ]
}

resource "google_cloud_run_v2_job" "migrate" {
  name                = "${var.name}-migrate"
  location            = var.region
  deletion_protection = var.protect

  template {
    template {
      service_account = google_service_account.service["migrate"].email
      timeout         = "600s"
      max_retries     = 1

      vpc_access {
        egress = "PRIVATE_RANGES_ONLY"
        network_interfaces {
          network    = google_compute_network.private.id
          subnetwork = google_compute_subnetwork.services.id
        }
      }

      containers {
        image = var.image
        args  = ["migrate", "directory"]

        env {
          name  = "DASHBRIDGE_LOG_FORMAT"
          value = "json"
        }

        dynamic "env" {
          for_each = local.migrate_secrets
          content {
            name = env.key
            value_source {
              secret_key_ref {
                secret  = env.value
                version = "latest"
              }
            }
          }
        }
      }
    }
  }

  depends_on = [
    google_secret_manager_secret_version.made,
    google_secret_manager_secret_iam_member.reads,
    google_sql_database.directory,
  ]
}
