import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { skip } from "./debian-image.ts";
import { type Environments, openEnvironments } from "./open-environments.ts";

const goProject = {
  "go.mod": "module example.test/prices\n\ngo 1.24\n",
  "prices.go": `package prices

import "net/http"

// Sum returns the sum of prices in cents.
func Sum(cents ...int) (sum int) {
	for _, one := range cents {
		sum += one
	}
	return sum
}

// Handler answers each request with 204.
func Handler(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }
`,
  "prices_test.go": `package prices

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestSum(t *testing.T) {
	if got := Sum(1, 2, 3); got != 6 {
		t.Fatalf("got %d", got)
	}
}

func TestHandler(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(Handler))
	defer server.Close()
	response, err := http.Get(server.URL)
	if err != nil || response.StatusCode != http.StatusNoContent {
		t.Fatal(response, err)
	}
}
`,
};

const javaProject = {
  ".gitignore": "classes/\n",
  "src/Prices.java": `final class Prices {
    static int sum(int... cents) {
        return java.util.stream.IntStream.of(cents).sum();
    }
}
`,
  "test/PricesTest.java": `import static org.junit.Assert.assertEquals;

import org.junit.Test;

public class PricesTest {
    @Test public void sums() { assertEquals(6, Prices.sum(1, 2, 3)); }

    @Test public void sumsNothing() { assertEquals(0, Prices.sum()); }
}
`,
  "run-tests": `set -e
libraries=/usr/share/java/junit4.jar:/usr/share/java/hamcrest-core.jar
javac -cp $libraries -d classes src/*.java test/*.java
java -cp classes:$libraries org.junit.runner.JUnitCore PricesTest
`,
};

describe("compiled languages", { skip }, () => {
  let environments: Environments;
  before(async () => {
    environments = await openEnvironments();
  });
  after(() => environments?.close());

  for (const user of ["root", "user"]) {
    test(`compiles and tests a Go project with the profile ${user}, from what the build has compiled`, async (t) => {
      const { repository, project } = await environments.projectOf("prices", goProject, {
        user,
        setupScript: "cd prices && go vet ./... && go test ./...",
      });
      t.diagnostic((await environments.build(project.id)).summary);
      const { output } = await environments.session(
        'export GOFLAGS=-v; go build ./...; go test -v ./...; git status --short; echo "status $?"',
        { codeRepoIds: [repository.id], projectId: project.id },
      );
      assert.match(output, /PASS: TestSum.*PASS: TestHandler.*ok\s.*example\.test\/prices.*\\nstatus 0/);
      assert.doesNotMatch(output, /net\/http\\n|FAIL/, "the build has compiled net/http");
    });

    test(`compiles and tests a Java project with the profile ${user}`, async (t) => {
      const { repository, project } = await environments.projectOf("java", javaProject, {
        user,
        setupScript: "cd java && sh run-tests",
      });
      t.diagnostic((await environments.build(project.id)).summary);
      const { output } = await environments.session(
        'ls classes; sh run-tests; git status --short; echo "status $?"',
        { codeRepoIds: [repository.id], projectId: project.id },
      );
      assert.match(output, /PricesTest\.class.*OK \(2 tests\)\\n\\nstatus 0/);
    });
  }
});
